#!/usr/bin/env bash
# A quick comparison with the named peers, under three minutes:
#   ./eng/bench.sh AREA            AREA is async, caching, stores, messaging or csv
#   ./eng/bench.sh AREA --full …   the full BenchmarkDotNet run; further arguments go to BenchmarkDotNet
# One line a figure: `figure NAME OURS PEER RATIO UNIT`, where RATIO above 1 means that ours is better.
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
exec dotnet exec "artifacts/bin/$project/release/$project.dll" "$@"
