#!/usr/bin/env bash
# Makes the packages of this version, for Debian and its kin and for everyone else:
#   packaging/build.sh [amd64|arm64]...    out/packages/innkeeper_VERSION_ARCHITECTURE.deb and innkeeper-VERSION-linux-ARCHITECTURE.tar.xz
# The same sources give the same octets: the files' time is the last commit's (SOURCE_DATE_EPOCH, where it is set), in a fixed order, root's.
set -euo pipefail
cd "$(dirname "$0")/.."

version=$(sed -n 's:.*<Version>\(.*\)</Version>.*:\1:p' Directory.Build.props)
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct 2>/dev/null || stat -c %Y CHANGELOG.md)}
export SOURCE_DATE_EPOCH LC_ALL=C TZ=UTC
umask 022

# The program that writes manual pages and completions: this machine's.
speaker=out/innkeeper

# The files that every package has, at their places below a directory.
shared() {
	local root=$1 docs=$1/usr/share/doc/innkeeper
	install -D -m 644 packaging/innkeeper.sysusers "$root/usr/lib/sysusers.d/innkeeper.conf"
	install -D -m 644 packaging/NetworkManager.conf "$root/usr/lib/NetworkManager/conf.d/10-innkeeper.conf"
	install -D -m 644 packaging/05-innkeeper.network "$root/usr/lib/systemd/network/05-innkeeper.network"
	install -D -m 644 packaging/innkeeper.logrotate "$root/etc/logrotate.d/innkeeper"
	mkdir -p "$root/usr/lib/systemd/system"
	sed "s/@UNIT@/$(sha256sum packaging/innkeeper.service | cut -c 1-16)/" packaging/innkeeper.service >"$root/usr/lib/systemd/system/innkeeper.service"

	install -D -m 644 packaging/grafana/innkeeper.json "$root/usr/share/innkeeper/grafana.json"
	install -D -m 644 packaging/prometheus/innkeeper.rules.yml "$root/usr/share/innkeeper/prometheus-rules.yml"

	mkdir -p "$docs/docs"
	install -m 644 docs/*.md "$docs/docs"
	"$speaker" config sample >"$docs/innkeeper.toml"
	install -m 644 packaging/copyright "$docs/copyright"
	gzip -9n <CHANGELOG.md >"$docs/CHANGELOG.md.gz"
	written "$root"
}

# What the program itself writes.
written() {
	local share=$1/usr/share pages
	pages=$(mktemp -d)
	"$speaker" manual "$pages"
	for page in "$pages"/*; do
		mkdir -p "$share/man/man${page##*.}"
		gzip -9n <"$page" >"$share/man/man${page##*.}/$(basename "$page").gz"
	done
	rm -r "$pages"
	mkdir -p "$share/bash-completion/completions" "$share/zsh/vendor-completions" "$share/fish/vendor_completions.d"
	"$speaker" completion bash >"$share/bash-completion/completions/innkeeper"
	"$speaker" completion zsh >"$share/zsh/vendor-completions/_innkeeper"
	"$speaker" completion fish >"$share/fish/vendor_completions.d/innkeeper.fish"
}

# A directory's files have one time, whoever made them when.
settle() { find "$1" -exec touch --no-dereference --date="@$SOURCE_DATE_EPOCH" {} +; }

deb() {
	local architecture=$1 root=$2 size
	cp -r "$3/." "$root"
	install -D -m 755 "$4" "$root/usr/bin/innkeeper"
	install -D -m 644 packaging/debian/lintian-overrides "$root/usr/share/lintian/overrides/innkeeper"
	{
		echo "innkeeper ($version) unstable; urgency=medium"
		echo
		echo "  * See CHANGELOG.md.gz beside this file."
		echo
		echo " -- $(sed -n 's/^Maintainer: //p' packaging/debian/control)  $(date -u -R -d "@$SOURCE_DATE_EPOCH")"
	} | gzip -9n >"$root/usr/share/doc/innkeeper/changelog.gz"
	mkdir "$root/DEBIAN"
	install -m 755 packaging/debian/{postinst,prerm,postrm} "$root/DEBIAN"
	(cd "$root" && find etc -type f | sed 's:^:/:') >"$root/DEBIAN/conffiles"
	(cd "$root" && find usr -type f | sort | xargs -d '\n' md5sum) >"$root/DEBIAN/md5sums"
	size=$(find "$root" -path "$root/DEBIAN" -prune -o -type f -printf '%s\n' | awk '{ sum += int(($1 + 1023) / 1024) } END { print sum }')
	sed "s/@VERSION@/$version/; s/@ARCHITECTURE@/$architecture/; s/@SIZE@/$size/" packaging/debian/control >"$root/DEBIAN/control"
	settle "$root"
	dpkg-deb --root-owner-group -Zxz -z9 --threads-max=1 --build "$root" "out/packages/innkeeper_${version}_$architecture.deb" >/dev/null
}

tarball() {
	local architecture=$1 root=$2 name=innkeeper-$version-linux-$1
	mkdir "$root/$name"
	cp -r "$3/." "$root/$name"
	install -D -m 755 "$4" "$root/$name/usr/bin/innkeeper"
	install -m 644 LICENSE "$root/$name"
	settle "$root/$name"
	tar -C "$root" --sort=name --owner=0 --group=0 --numeric-owner --format=gnu -c "$name" | xz -9 -T1 >"out/packages/$name.tar.xz"
}

# shellcheck disable=SC2086 # Without an argument: both.
set -- ${*:-amd64 arm64}
[ "$(dpkg --print-architecture)" = amd64 ] || { echo "packages are made on amd64" >&2 && exit 1; }
./build.sh amd64
mkdir -p out/packages
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/shared"
shared "$work/shared"
for architecture; do
	program=out/innkeeper
	if [ "$architecture" != amd64 ]; then
		./build.sh "$architecture"
		program=out/$architecture/innkeeper
	fi
	mkdir -p "$work/$architecture"/{deb,tar}
	deb "$architecture" "$work/$architecture/deb" "$work/shared" "$program"
	tarball "$architecture" "$work/$architecture/tar" "$work/shared" "$program"
done
(cd out/packages && sha256sum "innkeeper_${version}_"*.deb "innkeeper-$version-linux-"*.tar.xz)
