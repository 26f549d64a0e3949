#!/usr/bin/env bash
# Writes PublicAPI.Unshipped.txt of one project under src/ anew from what the project declares:
#   ./eng/update-public-api.sh Toolkit.Async
# Look at the difference before you commit it: it is what users will hold you to.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

name=${1:?usage: ./eng/update-public-api.sh PROJECT}
file=src/$name/PublicAPI.Unshipped.txt
[ -f "$file" ] || { echo "$file is not there" >&2; exit 1; }
before=$(cat "$file")
printf '#nullable enable\n' > "$file"
log=$(mktemp)
trap 'rm -f "$log"' EXIT
dotnet build --nologo --no-incremental -v quiet -p:TreatWarningsAsErrors=false -p:WarningLevel=9999 "src/$name/$name.csproj" > "$log" 2>&1 || {
  grep -E ' error ' "$log" | LC_ALL=C sort -u | head -20 >&2
  printf '%s\n' "$before" > "$file"
  exit 1
}
# An oblivious symbol would be RS0036/RS0041; the repository is nullable throughout.
{ printf '#nullable enable\n'; sed -n "s/.*RS0016: Symbol '\(.*\)' is not part of the declared public API.*/\1/p" "$log" | sed "s/\&lt;/</g; s/\&gt;/>/g" | LC_ALL=C sort -u; } > "$file.new"
mv "$file.new" "$file"
echo "$file: $(($(wc -l < "$file") - 1)) symbols"
