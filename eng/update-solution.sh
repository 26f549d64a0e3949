#!/usr/bin/env bash
# Writes Toolkit.sln anew from the project files below src/, tests/, samples/ and benchmarks/. Run it after adding,
# moving or removing a project. Identifiers follow from the paths, so the file changes only where the projects do.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

guid() { # a stable identifier for a text
  local h
  h=$(printf '%s' "$1" | git hash-object --stdin | tr 'a-f' 'A-F')
  printf '{%s-%s-%s-%s-%s}' "${h:0:8}" "${h:8:4}" "${h:12:4}" "${h:16:4}" "${h:20:12}"
}

csharp='{9A19103F-16F7-4668-BE54-9A1E7A4F7556}'
folder='{2150E333-8FDC-42A3-9474-1A3956D46DE8}'
folders=(src tests samples benchmarks)
mapfile -t projects < <(for f in "${folders[@]}"; do find "$f" -name '*.csproj' -not -path '*/obj/*' -not -path '*/bin/*' -not -path '*/work/*'; done | LC_ALL=C sort)

{
  printf '\xEF\xBB\xBF\nMicrosoft Visual Studio Solution File, Format Version 12.00\n# Visual Studio Version 17\nVisualStudioVersion = 17.0.31903.59\nMinimumVisualStudioVersion = 10.0.40219.1\n'
  for f in "${folders[@]}"; do
    printf 'Project("%s") = "%s", "%s", "%s"\nEndProject\n' "$folder" "$f" "$f" "$(guid "folder:$f")"
  done
  for p in "${projects[@]}"; do
    name=$(basename "$p" .csproj)
    printf 'Project("%s") = "%s", "%s", "%s"\nEndProject\n' "$csharp" "$name" "${p//\//\\}" "$(guid "$p")"
  done
  printf 'Global\n\tGlobalSection(SolutionConfigurationPlatforms) = preSolution\n\t\tDebug|Any CPU = Debug|Any CPU\n\t\tRelease|Any CPU = Release|Any CPU\n\tEndGlobalSection\n'
  printf '\tGlobalSection(ProjectConfigurationPlatforms) = postSolution\n'
  for p in "${projects[@]}"; do
    g=$(guid "$p")
    for c in Debug Release; do
      printf '\t\t%s.%s|Any CPU.ActiveCfg = %s|Any CPU\n\t\t%s.%s|Any CPU.Build.0 = %s|Any CPU\n' "$g" "$c" "$c" "$g" "$c" "$c"
    done
  done
  printf '\tEndGlobalSection\n\tGlobalSection(SolutionProperties) = preSolution\n\t\tHideSolutionNode = FALSE\n\tEndGlobalSection\n'
  printf '\tGlobalSection(NestedProjects) = preSolution\n'
  for p in "${projects[@]}"; do
    printf '\t\t%s = %s\n' "$(guid "$p")" "$(guid "folder:${p%%/*}")"
  done
  printf '\tEndGlobalSection\nEndGlobal\n'
} > Toolkit.sln
echo "Toolkit.sln: ${#projects[@]} projects"
