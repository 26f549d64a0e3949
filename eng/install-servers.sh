#!/usr/bin/env bash
# Installs the servers that the integration tests start: redis-server, memcached, rabbitmq-server, and a Java runtime for
# Kafka (Debian and Ubuntu package names). Does nothing where all of them are there. None of them is started: the tests
# start their own, on free ports and in temporary folders.
# Kafka itself is not a package: unpack https://kafka.apache.org/downloads and set KAFKA_HOME to that folder.
set -euo pipefail

packages=()
has() { PATH="$PATH:/usr/local/sbin:/usr/sbin:/sbin" command -v "$1" >/dev/null 2>&1; }
has redis-server || packages+=(redis-server)
has memcached || packages+=(memcached)
has rabbitmq-server || packages+=(rabbitmq-server)
has java || packages+=(openjdk-17-jre-headless)
# The launchers put each server into a session of its own.
has setsid || packages+=(util-linux)

if [ ${#packages[@]} -eq 0 ]; then
  echo "redis-server, memcached, rabbitmq-server and java are installed."
  exit 0
fi
if ! has apt-get; then
  echo "Missing: ${packages[*]} (Debian names). This system has no apt-get: install them with its own package manager." >&2
  exit 1
fi

as_root=()
if [ "$(id -u)" -ne 0 ]; then
  if has sudo && sudo -n true 2>/dev/null; then
    as_root=(sudo)
  else
    echo "Missing: ${packages[*]}. Installing packages needs root: run  sudo $0" >&2
    exit 1
  fi
fi

# Debian starts a service as soon as it is installed. While this policy is there, it does not.
policy=/usr/sbin/policy-rc.d
backup=
restore() {
  if [ -n "$backup" ]; then "${as_root[@]}" mv -f "$backup" "$policy"; else "${as_root[@]}" rm -f "$policy"; fi
}
saved="$policy.before-install-servers"
if [ -e "$saved" ]; then
  # An earlier run was killed: what lies at $policy is its, not the system's.
  backup="$saved"
elif [ -e "$policy" ]; then
  backup="$saved"
  "${as_root[@]}" mv "$policy" "$backup"
fi
trap restore EXIT
printf '#!/bin/sh\nexit 101\n' | "${as_root[@]}" tee "$policy" >/dev/null
"${as_root[@]}" chmod 755 "$policy"

"${as_root[@]}" apt-get update -qq
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${packages[@]}"

# Nor shall they start with the next boot of a developer's machine.
if has systemctl; then
  for package in "${packages[@]}"; do
    case "$package" in
      rabbitmq-server) "${as_root[@]}" systemctl disable rabbitmq-server epmd.socket epmd.service >/dev/null 2>&1 || true ;;
      redis-server | memcached) "${as_root[@]}" systemctl disable "$package" >/dev/null 2>&1 || true ;;
    esac
  done
fi
echo "Installed: ${packages[*]}"
