#!/usr/bin/env bash
# The web console with 10,000 devices, in headless Chromium in the gateway's namespace: how fast it answers, what five viewers cost the daemon, how
# large it is, and what five viewers cost the packets (nat.sh with VIEWERS). Browser and daemon share the CPUs.
. "$(dirname "$0")/common.sh"

setting many MANY 10000
setting idle IDLE_SECONDS 20
setting watched WATCH_SECONDS 60
setting visits VISITS 7
setting viewers VIEWERS 5
export VISITS=$visits

# A device that is held, and that has to be let in; all others are admitted at once.
many_devices
in_ns s ip addr add 203.0.113.10/32 dev lo
in_ns d ip addr add 11.2.0.5/24 dev eth0
in_ns d ip route add default via 11.2.0.1
waits=$(in_ns d ip -j link show eth0 | jq -r '.[0].address')
nsenter --net="/run/netns/$prefix-s" python3 -m http.server 8080 --bind 203.0.113.10 >/dev/null 2>&1 &
daemons+=($!)
until_bound "$many"
sleep "$idle" # as in memory.sh: the daemon after the rush

# answers SECONDS: times of the operation behind `status`, asked for ten times a second: median and worst; and the largest PSS in that time.
answers() {
	in_ns gw python3 - "$work/gw.sock" "$1" "/proc/$gateway/smaps_rollup" <<-'PYTHON'
		import socket, sys, time
		path, seconds, memory = sys.argv[1], float(sys.argv[2]), sys.argv[3]
		end, times, most = time.monotonic() + seconds, [], 0
		while time.monotonic() < end or not times:
		    start = time.monotonic()
		    with socket.socket(socket.AF_UNIX) as s:
		        s.connect(path)
		        s.sendall(b"GET /v1/status HTTP/1.1\r\nHost: innkeeper\r\nConnection: close\r\n\r\n")
		        answer = b""
		        while octets := s.recv(65536):
		            answer += octets
		    times.append((time.monotonic() - start) * 1000)
		    assert b" 200 " in answer[:20] and answer.rstrip().endswith((b"}", b"0")), answer
		    if len(times) % 10 == 1:
		        most = max(most, *(int(line.split()[1]) for line in open(memory) if line.startswith("Pss:")))
		    time.sleep(0.1)
		times.sort()
		print(f"{times[len(times) // 2]:.1f} {times[-1]:.1f} {most}")
	PYTHON
}

user_of gw
read -r median_without worst_without pss_without < <(answers "$idle")
open_viewers gw "$viewers"
read -r median_with worst_with pss_with < <(answers "$watched")
close_viewers gw
cold=$(browser gw cold)
times=$(browser gw measure "$innkeeper" "$work/gw.sock" "$prefix-d" "$waits")

# Packets: rounds without and with viewers, in one run, so that its ratios tell.
VIEWERS=$viewers VARIANTS="forwarding viewed-forwarding innkeeper-1to1 viewed-1to1 innkeeper-napt viewed-napt" benchmarks/nat.sh >"$work/nat"
packets=$(awk -F ' *[|] *' '/^## / { title = substr($0, 4) } $3 ~ /^viewed-/ { print "| " title " | " $2 " | " $4 " | " $(NF - 2) " |" }' "$work/nat")

verdict() { if [ "$1" -le "$2" ]; then echo "$2: met"; else echo "$2: MISSED"; fi; }
files=$(cat console/dist/*.gz console/dist/*/*.gz | wc -c)
{
	echo "# The web console"
	echo
	machine
	echo "$many devices. The browser, headless Chromium without a graphics card, runs on the same CPUs as the daemon."
	echo
	echo "| time | median of $visits | worst | aim |"
	echo "|---|---|---|---|"
	echo "$times"
	echo
	echo "| the daemon | without viewers | with $viewers open pages for $watched s | more | aim |"
	echo "|---|---|---|---|---|"
	echo "| PSS, at most | $pss_without kB | $pss_with kB | $((pss_with - pss_without)) kB | $(verdict $((pss_with - pss_without)) 30000) |"
	echo "| status: median (worst) | $median_without ms ($worst_without ms) | $median_with ms ($worst_with ms) | - | - |"
	echo
	echo "| size | | aim |"
	echo "|---|---|---|"
	echo "$cold"
	echo "| the console's files, compressed | $((files / 1000)) kB | - |"
	echo "| the program, with these | $(($(stat -c %s "$innkeeper") / 1000)) kB | - |"
	echo
	echo "Packets with $viewers open pages and without, in alternating rounds of one run (\`nat.sh\`); the pages' browser is kept from the packets' CPU."
	echo "viewed-forwarding is plain forwarding beside the same browser: what a busy neighbour CPU costs any packet of this machine."
	echo
	echo "| measure | variant | times better without pages | least to greatest |"
	echo "|---|---|---|---|"
	echo "$packets"
} | keep_result benchmarks/results/console.md 34
