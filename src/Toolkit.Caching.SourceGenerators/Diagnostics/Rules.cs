using Microsoft.CodeAnalysis;

namespace Toolkit.Caching.SourceGenerators.Diagnostics;

/// <summary>Everything that the analyzer says. Each has a page in the package's docs folder.</summary>
internal static class Rules
{
    public static readonly DiagnosticDescriptor NotIntercepted = Warning("TKC001", "A call runs uncached", "This call of the memoized {0} is not replaced by a call of its cache: {1}");
    public static readonly DiagnosticDescriptor MethodGroup = Warning("TKC002", "A method group runs uncached", "A delegate or pointer to the memoized {0} runs uncached; use {1}.Invoke");
    public static readonly DiagnosticDescriptor BaseCall = Warning("TKC003", "A base call runs uncached", "base.{0} runs uncached: through the cache it would call the override again");
    public static readonly DiagnosticDescriptor ExpressionTree = Warning("TKC004", "A call in an expression tree runs uncached", "This call of the memoized {0} is part of an expression tree and runs uncached; compute it before and use the result");
    public static readonly DiagnosticDescriptor NotOnContract = Error("TKC005", "[Memoize] is on the implementation, not on the contract", "{0} implements or overrides {1}, whose calls would run uncached: put [Memoize] on {1}");
    public static readonly DiagnosticDescriptor PublicInLibrary = Info("TKC006", "A memoized method is public in a library", "Calls of {0} from assemblies that are not built with Toolkit.Caching run uncached; make it a partial method to cache them all");
    public static readonly DiagnosticDescriptor NoResult = Error("TKC007", "A memoized method has no result", "{0} returns no result that could be cached");
    public static readonly DiagnosticDescriptor ByReference = Error("TKC008", "A memoized method passes by reference", "{0} has a ref or out parameter or a ref result, which a cache can't repeat");
    public static readonly DiagnosticDescriptor Stream = Error("TKC009", "A memoized method returns a stream", "{0} returns {1}, which is computed while it is read and can't be cached; return a list");
    public static readonly DiagnosticDescriptor DisposableResult = Error("TKC010", "A memoized method returns something disposable", "{0} returns {1}: the first caller to dispose it would break it for all others");
    public static readonly DiagnosticDescriptor UnsupportedKey = Error("TKC011", "A parameter can't be part of a key", "{0} of type {1} has no value equality: mark it [CacheIgnore], mark members of its type [CacheKey], or set a KeyProvider");
    public static readonly DiagnosticDescriptor MutableArgument = Warning("TKC012", "A key argument can change", "{0} of type {1} can change after the call, and the key in the cache with it; use an immutable record");
    public static readonly DiagnosticDescriptor MutableResult = Warning("TKC013", "A cached result can be changed by its callers", "{0} returns {1}, which all callers share: one that changes it changes it for all; return an immutable or read-only type");
    public static readonly DiagnosticDescriptor StoreWithoutIdentity = Error("TKC014", "A store needs to know the instance", "Results of the instance method {0} can't be kept in a store: nothing tells the instances apart; mark members [CacheKey], or set Scope = CacheScope.Shared");
    public static readonly DiagnosticDescriptor NamespaceNotEnabled = Error("TKC015", "Interceptors are not enabled", "The property InterceptorsNamespaces does not contain Toolkit.Caching.Generated, so that every call would run uncached; reference the package normally, or add it");
    public static readonly DiagnosticDescriptor GeneratorDidNotRun = Error("TKC016", "The generator did not run", "Nothing was generated for the memoized methods of this project; is another version of the compiler or EmitCompilerGeneratedFiles in the way?");
    public static readonly DiagnosticDescriptor WrongOption = Error("TKC017", "A setting of [Memoize] is wrong", "{0} of {1}: {2}");
    public static readonly DiagnosticDescriptor UnknownTagParameter = Error("TKC018", "A tag names no key argument", "The tag \"{0}\" refers to {{{1}}}, which is no parameter of {2} that is a single part of its key");
    public static readonly DiagnosticDescriptor WrongKeyProvider = Error("TKC019", "A key provider does not fit", "{0} has no accessible static method GetKey that takes the key arguments of {1} and returns a type that can be a key");
    public static readonly DiagnosticDescriptor NoImplementation = Error("TKC020", "A memoized partial method has nothing to compute with", "{0} needs a method {1} with the same parameters and result in the same type, and all its types must be partial");
    public static readonly DiagnosticDescriptor WrongDeclaration = Error("TKC021", "[Memoize] is on something that can't be cached", "{0} can't be memoized: {1}");
    public static readonly DiagnosticDescriptor MutableStruct = Error("TKC022", "A memoized method of a struct can change it", "{0} must be readonly: a call from the cache would not change the struct");
    public static readonly DiagnosticDescriptor NotStorable = Error("TKC023", "A key argument can't be written into a store", "{0} of type {1} has no canonical form for a key in a store; let the type implement ICacheKeyPart, or mark members [CacheKey]");
    public static readonly DiagnosticDescriptor UncachedOverride = Warning("TKC024", "A call through an override runs uncached", "{0} overrides a memoized method without being memoized itself; call it through {1}, or mark it");
    public static readonly DiagnosticDescriptor NameTaken = Error("TKC025", "Two memoized methods have one name", "Memo.{0} would stand for two methods; give one of them a Name");
    public static readonly DiagnosticDescriptor UnsupportedTypeArgument = Warning("TKC026", "A type argument has no value equality", "{0} is part of the key of {1} and has no value equality: equal-looking values are computed again");
    public static readonly DiagnosticDescriptor UnreadableMember = Error("TKC027", "A marked member can't be read", "{0} of {1} is marked [CacheKey], but the generated key can't read it: make it an internal or public instance member with a getter");
    public static readonly DiagnosticDescriptor OldLanguage = Error("TKC028", "The project's C# is too old", "{0} can't be memoized: what is generated needs C# {1}, and this project's LangVersion is {2}");
    public static readonly DiagnosticDescriptor HiddenClass = Info("TKC029", "A class of caches hides that of another assembly", "{0} is this project's here and hides that of {1}, whose caches can't be named; give one of them another name with [assembly: MemoClass(\"...\")]");

    private static DiagnosticDescriptor Error(string id, string title, string message) => Rule(id, title, message, DiagnosticSeverity.Error);

    private static DiagnosticDescriptor Warning(string id, string title, string message) => Rule(id, title, message, DiagnosticSeverity.Warning);

    private static DiagnosticDescriptor Info(string id, string title, string message) => Rule(id, title, message, DiagnosticSeverity.Info);

    private static DiagnosticDescriptor Rule(string id, string title, string message, DiagnosticSeverity severity) =>
        new(id, title, message, "Toolkit.Caching", severity, isEnabledByDefault: true, description: title + ". See docs/" + id + ".md in the package Toolkit.Caching.", helpLinkUri: "docs/" + id + ".md");
}
