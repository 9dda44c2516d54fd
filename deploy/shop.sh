# shellcheck shell=sh
# What the scripts beside this file know about shops; they read it with `.`. A shop is a folder in /etc/bikorders.

refuse() {  # refuse LINE...: says why, and ends the script
  printf '%s\n' "$@" >&2
  exit 1
}

need_name() {  # need_name NAME DOMAIN: ends the script if a shop can't be called so, or can't have that domain
  # With it a user is named, and a name of a user has 31 characters at most.
  if ! echo "$1" | grep -Eqx '[a-z]([a-z0-9-]{0,18}[a-z0-9])?'; then
    refuse "A shop is called by up to 20 small letters, digits and -, such as rosa-mumbai."
  fi
  if ! echo "$2" | grep -Eqx '([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z0-9-]+'; then
    refuse "The domain is a bare name in small letters, such as orders.example.com."
  fi
  for site in /etc/caddy/shops/*; do
    if [ "$site" != "/etc/caddy/shops/$1" ] && grep -qsFx "$2 {" "$site"; then
      refuse "$2 is the domain of the shop $(basename "$site")."
    fi
  done
}

is_shop() {  # is_shop NAME
  case $1 in */* | .* | "") false ;; *) [ -e "/etc/bikorders/$1/env" ] ;; esac
}

list_shops() {
  for file in /etc/bikorders/*/env; do
    if [ -e "$file" ]; then basename "$(dirname "$file")"; fi
  done
}

need_shop() {  # need_shop NAME: ends the script if there is none
  if ! is_shop "$1"; then
    refuse "There is no shop $1. There are: $(list_shops | paste -sd ' ')"
  fi
}

list_running() {  # the shops that are to run
  for shop in $(list_shops); do
    if systemctl --quiet is-enabled "bikorders@$shop"; then echo "$shop"; fi
  done
}

list_timers() {  # list_timers SHOP: what is done for it by the clock
  for file in /etc/systemd/system/bikorders-*@.timer; do
    if [ -e "$file" ]; then echo "$(basename "$file" .timer)$1.timer"; fi
  done
}

find_port() {  # find_port SHOP
  port=$(sed -n "s/^BIKORDERS_PORT=[\"']\{0,1\}\([0-9]*\).*/\1/p" "/etc/bikorders/$1/env" | tail -n 1)
  echo "${port:-8080}"
}

ask_health() {  # ask_health SHOP: prints ok, stale, down or starting; nothing if the shop does not answer
  curl --silent --max-time 10 "http://127.0.0.1:$(find_port "$1")/healthz" |
    sed -n 's/.*"status": "\([a-z]*\)".*/\1/p' || true
}

lives() {  # lives SHOP: whether it runs, and did not have to be started again
  systemctl --quiet is-active "bikorders@$1" &&
    [ "$(systemctl show --property NRestarts --value "bikorders@$1")" = 0 ]
}

restart() {  # restart SHOP: its restarts are counted from now on
  systemctl reset-failed "bikorders@$1" || true
  systemctl restart "bikorders@$1"
}

await_health() {  # await_health SHOP PATTERN: fails if its health is not such within 30 seconds, or it does not live
  for _ in $(seq 30); do
    if ask_health "$1" | grep --quiet --line-regexp "$2"; then return; fi
    lives "$1" || return 1
    sleep 1
  done
  return 1
}

show_log() {  # show_log SHOP SECONDS: what it said since that time
  journalctl --unit "bikorders@$1" --since "@$2" --lines 20 --no-pager --output cat >&2 || true
}
