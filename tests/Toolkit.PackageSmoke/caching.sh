# Toolkit.Caching as a package: every form of call, in one assembly and across two, and the mistakes that have to be told.
# Part of run.sh, which has `work`, `feed`, `here` and `check`.

version=$(ls "$feed"/Toolkit.Caching.[0-9]*.nupkg | sed -E 's|.*/Toolkit\.Caching\.([0-9].*)\.nupkg|\1|')
reference="<PackageReference Include=\"Toolkit.Caching\" Version=\"$version\" />"

project() { # NAME SOURCE ITEMS [PROPERTIES]: a project file, whose source is a linked file
  mkdir -p "$work/$1"
  cat > "$work/$1/$1.csproj" <<PROJECT
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup>
    <TargetFramework>net10.0</TargetFramework>
    <Nullable>enable</Nullable>
    <ImplicitUsings>enable</ImplicitUsings>
    ${4:-}
  </PropertyGroup>
  <ItemGroup>
    <Compile Include="$here/caching/$2" Link="$2" />
    $3
  </ItemGroup>
</Project>
PROJECT
}

run_project() { # NAME [BUILD OPTION...]: builds without a warning, runs, exits with 0
  local name=$1
  shift
  cd "$work/$name" || return 1
  dotnet build -c Release --nologo -v quiet "$@" > build.log 2>&1 || { cat build.log; return 1; }
  if grep -E 'warning (CS|TK|IL)' build.log; then return 1; fi
  dotnet run -c Release --no-build > output.txt 2>&1 || { cat output.txt; return 1; }
  [ "$(tail -1 output.txt)" = 'all as they have to be' ] || { cat output.txt; return 1; }
}

build_says() { # NAME PATTERN [yes|no]: the build says it, or does not
  cd "$work/$1" || return 1
  dotnet build -c Release --nologo -v quiet > build.log 2>&1
  if grep -qE "$2" build.log; then [ "${3:-yes}" = yes ]; else [ "${3:-yes}" = no ]; fi || { cat build.log; return 1; }
}

executable='<OutputType>Exe</OutputType>'
services='<PackageReference Include="Microsoft.Extensions.DependencyInjection" Version="10.0.*" />'
forms="<Compile Include=\"$here/caching/Forms.cs\" Link=\"Forms.cs\" />"

project OneAssembly Calls.cs "$reference $services $forms" "$executable"
check 'calls in one assembly' run_project OneAssembly
check 'calls in one assembly, with mapped paths' run_project OneAssembly --no-incremental "-p:PathMap=$here=/_/%2C$work=/_/work" -p:ContinuousIntegrationBuild=true

project FormsLibrary Forms.cs "$reference"
project TwoAssemblies Calls.cs "$reference $services <ProjectReference Include=\"../FormsLibrary/FormsLibrary.csproj\" />" "$executable"
check 'calls across two assemblies' run_project TwoAssemblies

# Without a reference of its own an application gets the generator over the library's.
project OverALibrary Calls.cs "$services <ProjectReference Include=\"../FormsLibrary/FormsLibrary.csproj\" />" "$executable"
check 'calls over a transitive reference' run_project OverALibrary

pack_library() {
  cd "$work/FormsLibrary" && dotnet pack -c Release --nologo -v quiet -p:PackageId=Smoke.FormsLibrary -p:Version=1.0.0 -o "$feed" > pack.log 2>&1 || { cat pack.log; return 1; }
}
check 'pack a library with memoized methods' pack_library
project OverAPackage Calls.cs "$services <PackageReference Include=\"Smoke.FormsLibrary\" Version=\"1.0.0\" />" "$executable"
check 'calls over a package that depends on Toolkit.Caching' run_project OverAPackage

settings='<RootNamespace></RootNamespace> <ImplicitUsings>disable</ImplicitUsings> <Nullable>disable</Nullable> <LangVersion>12</LangVersion> <TreatWarningsAsErrors>true</TreatWarningsAsErrors>'
settings="$settings <Features>strict;nullablePublicOnly</Features> <CheckForOverflowUnderflow>true</CheckForOverflowUnderflow> <GenerateDocumentationFile>true</GenerateDocumentationFile>"
project Settings Settings.cs "$reference" "$executable $settings"
check 'a project with settings of its own' run_project Settings
project OldLanguage Mistakes.cs "$reference" "$executable <LangVersion>11</LangVersion>"
check 'TKC028 with an older C#' build_says OldLanguage 'error TKC028'

project NotEnabled Mistakes.cs "$reference" "$executable <InterceptorsNamespaces>Somewhere.Else</InterceptorsNamespaces>"
check 'TKC015 without the interceptors namespace' build_says NotEnabled 'error TKC015'

project Published Library.cs "$reference"
printf 'root = true\n[*.cs]\ndotnet_diagnostic.TKC006.severity = warning\n' > "$work/Published/.editorconfig"
ln -sf "$here/caching/Library.cs" "$work/Published/Library.cs"
sed -i '/<Compile /d' "$work/Published/Published.csproj"
check 'TKC006 in a library that is packed' build_says Published 'warning TKC006'
sed -i 's|<Nullable>|<IsPackable>false</IsPackable><Nullable>|' "$work/Published/Published.csproj"
check 'no TKC006 in one that is not' build_says Published TKC006 no
