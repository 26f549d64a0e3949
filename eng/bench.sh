#!/usr/bin/env bash
# A quick comparison with the named peers, under three minutes (stores in more):
#   ./eng/bench.sh AREA            AREA is async, caching, stores, messaging or csv
#   ./eng/bench.sh AREA --full …   the full BenchmarkDotNet run; further arguments go to BenchmarkDotNet
# The first line says on which machine, and how busy it was before. Then one line a figure: `figure NAME OURS PEER RATIO UNIT`, where RATIO above 1 means that ours is better.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

case "${1:-}" in
  async) project=Toolkit.Async.Benchmarks ;;
  caching) project=Toolkit.Caching.Benchmarks ;;
  stores) project=Toolkit.Caching.Stores.Benchmarks ;;
  messaging) project=Toolkit.Messaging.Benchmarks ;;
  csv) project=Toolkit.DataProcessing.Benchmarks ;;
  *) echo "usage: ./eng/bench.sh async|caching|stores|messaging|csv [--full [BenchmarkDotNet arguments]]" >&2; exit 2 ;;
esac
shift
dotnet build -c Release --nologo -v quiet "benchmarks/$project/$project.csproj" >&2

cpu=$( { sed -n 's/^model name[^:]*: //p' /proc/cpuinfo || sysctl -n machdep.cpu.brand_string; } 2>/dev/null | head -1)
echo "machine ${cpu:-unknown processor}, $(getconf _NPROCESSORS_ONLN) processors, $(uname -sm), .NET $(dotnet --list-runtimes | sed -n 's/^Microsoft.NETCore.App \([^ ]*\).*/\1/p' | tail -1), load average $(cut -d' ' -f1 /proc/loadavg 2>/dev/null || echo unknown), commit $(git rev-parse --short HEAD 2>/dev/null || echo unknown)"
exec dotnet exec "artifacts/bin/$project/release/$project.dll" "$@"
