#!/usr/bin/env bash
# Packs every package, restores them from a folder feed into fresh console applications outside the solution, and runs
# those. Each application is `dotnet new console`, `dotnet add package`, and one program: no project setting by hand.
# The last line is `N passed, N failed`.
set -uo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
passed=0
failed=0

check() { # NAME COMMAND...
  local name=$1
  shift
  if "$@"; then passed=$((passed + 1)); echo "ok $name"; else failed=$((failed + 1)); echo "FAILED $name"; fi
}

finish() {
  echo "$passed passed, $failed failed"
  [ "$failed" = 0 ]
  exit $?
}

feed=$work/feed
if ! dotnet pack "$root/Toolkit.sln" -c Release --nologo -v quiet -o "$feed"; then
  check pack false
  finish
fi
check pack true

# Restored packages go to a cache of this run; what others restored before serves as its fallback.
export NUGET_PACKAGES=$work/packages
fallback=$HOME/.nuget/packages
cat > "$work/nuget.config" <<CONFIG
<configuration>
  <packageSources><add key="toolkit-feed" value="$feed" /></packageSources>
  <fallbackPackageFolders>$([ -d "$fallback" ] && echo "<add key=\"user\" value=\"$fallback\" />")</fallbackPackageFolders>
</configuration>
CONFIG

complete() { # PACKAGE: has a readme, an icon, documentation, and symbols beside it
  local entry
  for entry in README.md icon.png "lib/net10.0/$1.dll" "lib/net10.0/$1.xml"; do
    grep -qE "^$1\.[0-9][^ ]* $entry\$" "$work/entries.txt" || { echo "the package $1 has no $entry"; return 1; }
  done
  ls "$feed/$1".[0-9]*.snupkg > "$work/symbols.log" || { echo "the package $1 has no symbols"; return 1; }
}

application() { # NAME PROGRAM PACKAGE...: builds and runs it; its output must equal NAME.expected.txt where that exists
  local name=$1 program=$2 folder=$work/$1
  shift 2
  mkdir -p "$folder" && cd "$folder" || return 1
  dotnet new console --no-restore -o . --name "$name" > new.log 2>&1 || { cat new.log; return 1; }
  local package
  for package in "$@"; do
    dotnet add package "$package" --no-restore > add.log 2>&1 || dotnet add package "$package" > add.log 2>&1 || { cat add.log; return 1; }
  done
  cp "$program" Program.cs
  dotnet build -c Release --nologo -v quiet > build.log 2>&1 || { cat build.log; return 1; }
  # A warning here is one that every user would see.
  if grep -E 'warning (CS|TK|IL)' build.log; then return 1; fi
  dotnet run -c Release --no-build > output.txt 2>&1 || { cat output.txt; return 1; }
  if [ -f "$here/apps/$name.expected.txt" ]; then diff "$here/apps/$name.expected.txt" output.txt; fi
}

cp "$here/entries.cs" "$work/" && (cd "$work" && dotnet run entries.cs -- "$feed" > entries.txt) || check 'list the packages' false

for project in "$root"/src/*/; do
  package=$(basename "$project")
  case $package in *.SourceGenerators | *.CodeFixes) continue ;; esac
  check "complete $package" complete "$package"
done

# The first snippet of Toolkit.Caching's README, as it stands there.
awk '/^```csharp/ { if (!n++) { p = 1; next } } /^```/ { p = 0 } p' "$root/src/Toolkit.Caching/README.md" > "$work/first-snippet.cs"
check 'first snippet of Toolkit.Caching' application FirstSnippet "$work/first-snippet.cs" Toolkit.Caching
for program in "$here"/apps/*.cs; do
  name=$(basename "$program" .cs)
  # The first line of a program names the packages that it is about: `// packages: A B`.
  read -r -a packages <<< "$(sed -n '1s|^// packages: ||p' "$program")"
  check "application $name" application "$name" "$program" "${packages[@]}"
done
. "$here/caching.sh"
finish
