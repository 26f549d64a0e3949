#!/usr/bin/env bash
# Every check: the build, all test projects (with real servers where they are installed), the samples, the README
# snippets, the packages in a fresh application, and the program compiled ahead of time.
#   ./eng/test.sh                    all of it
#   ./eng/test.sh --no-install      the same, but installs no server: their tests are skipped where one is missing
# Logs are in artifacts/test-results/. The last line counts all suites: `N passed, N failed, N skipped`.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

install=true
case "${1:-}" in
  '') ;;
  --no-install) install=false ;;
  *) echo "usage: ./eng/test.sh [--no-install]" >&2; exit 2 ;;
esac

results=$PWD/artifacts/test-results
summary=$results/summary.txt # one line a suite: NAME PASSED FAILED SKIPPED SECONDS
rm -rf "$results"
mkdir -p "$results"
: > "$summary"
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1

step() { printf '\n== %s (%ss)\n' "$1" "$SECONDS"; }

record() { # NAME PASSED FAILED SKIPPED SECONDS
  printf '%s %s %s %s %s\n' "$@" >> "$summary"
}

finish() {
  step 'All suites'
  awk 'BEGIN { printf "%-52s %8s %8s %8s %8s\n", "suite", "passed", "failed", "skipped", "seconds" }
       { printf "%-52s %8d %8d %8d %8d\n", $1, $2, $3, $4, $5 }' "$summary"
  awk '{ p += $2; f += $3; s += $4 } END { printf "%d passed, %d failed, %d skipped\n", p, f, s; exit (f > 0 || p == 0) }' "$summary"
  exit $?
}

command -v dotnet > /dev/null || { echo "error: the .NET 10 SDK is not on the PATH." >&2; exit 1; }

if $install; then
  step 'Servers'
  ./eng/install-servers.sh || echo 'Going on without them: the tests of missing servers are skipped (or fail, with TOOLKIT_REQUIRE_SERVERS=1).'
fi

step 'Build'
if ! dotnet build Toolkit.sln -c Release -v quiet > "$results/build.log" 2>&1; then
  grep -E '(error|warning) ' "$results/build.log" | sort -u | head -40
  record build 0 1 0 "$SECONDS"
  finish
fi

# Runs one test program and writes its counts. In a process of its own, so that several run side by side.
run_suite() {
  local name=$1 log=$results/$1.log xml=$results/$1.xml start=$SECONDS counts
  timeout --kill-after=20 900 dotnet exec "artifacts/bin/$name/release/$name.dll" -noColor -xml "$xml" > "$log" 2>&1
  local exit_code=$?
  counts=$( [ -f "$xml" ] && grep -o '<assembly [^>]*>' "$xml" | head -1 | awk '{
      for (i = 1; i <= NF; i++) { split($i, kv, "=\""); v[kv[1]] = kv[2] + 0 }
      print v["passed"] + 0, v["failed"] + v["errors"], v["skipped"] + v["not-run"] }')
  # A program that died without a report, or that failed without a failed test, is a failure.
  if [ -z "$counts" ]; then counts='0 1 0'; fi
  if [ $exit_code -ne 0 ] && [ "$(cut -d' ' -f2 <<< "$counts")" = 0 ]; then counts=$(awk '{ print $1, 1, $3 }' <<< "$counts"); fi
  # shellcheck disable=SC2086
  record "$name" $counts $((SECONDS - start))
  echo "$name: $counts (passed failed skipped), $((SECONDS - start)) s"
  if [ "$(cut -d' ' -f2 <<< "$counts")" != 0 ]; then
    grep -A 15 -E '\[FAIL\]|Unhandled|error' "$log" | head -60 || tail -20 "$log"
  fi
}
export -f run_suite record
export results summary

step 'Tests'
# Two side by side; those with real servers first, as they take longest.
for folder in tests/*Tests; do basename "$folder"; done |
  awk '{ print (/Kafka/ ? 0 : /RabbitMQ/ ? 1 : /Disk/ ? 2 : /DataProcessing.Tests/ ? 3 : /IntegrationTests/ ? 4 : 5), $0 }' | sort -n | cut -d' ' -f2 |
  xargs -P "${TOOLKIT_TEST_PARALLEL:-2}" -I{} bash -c 'SECONDS=0; run_suite "$@"' _ {}

step 'Packages in a fresh application'
start=$SECONDS
counts=$(./tests/Toolkit.PackageSmoke/run.sh 2>&1 | tee "$results/PackageSmoke.log" | tail -1 | awk '/passed, [0-9]+ failed/ { print $1, $3, 0 }')
grep -E '^(ok|FAILED)' "$results/PackageSmoke.log"
# shellcheck disable=SC2086
record Toolkit.PackageSmoke ${counts:-0 1 0} $((SECONDS - start))
[ "$(cut -d' ' -f2 <<< "${counts:-0 1 0}")" = 0 ] || tail -40 "$results/PackageSmoke.log"

step 'Ahead of time'
start=$SECONDS
if command -v clang > /dev/null || command -v gcc > /dev/null; then
  counts=$(
    { dotnet publish tests/Toolkit.AotSmoke -c Release -v quiet --use-current-runtime -o artifacts/aot-smoke && ./artifacts/aot-smoke/Toolkit.AotSmoke; } 2>&1 |
      tee "$results/AotSmoke.log" | tail -1 | awk '/passed, [0-9]+ failed/ { print $1, $3, 0 }')
elif [ -n "${TOOLKIT_REQUIRE_SERVERS:-}" ]; then
  counts='0 1 0'
  echo 'error: no linker (clang or gcc).' | tee "$results/AotSmoke.log"
else
  counts='0 0 1'
  echo 'skipped: no linker. `apt-get install gcc` (or clang) brings one.'
fi
# shellcheck disable=SC2086
record Toolkit.AotSmoke ${counts:-0 1 0} $((SECONDS - start))
if [ "$(cut -d' ' -f2 <<< "${counts:-0 1 0}")" != 0 ]; then grep -vE '^ok' "$results/AotSmoke.log" | tail -40; fi

finish
