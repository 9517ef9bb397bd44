#!/usr/bin/env bash
# Unpacks Debian packages of any suite and architecture into a directory; what is installed here, and apt's own state, stay as they are:
#   debian.sh [--alone|--installed] SUITE ARCHITECTURE DIRECTORY PACKAGE...
# They come with all that they depend on, or --alone, from the mirror that this machine has Debian from. No script of theirs is run, except
# with --installed: then they, and what every Debian has, are installed there by that system's own apt and dpkg.
# In a package's name, * stands for what has no dash, and the newest of all such names is taken. From a suite of backports
# comes what it has, and the rest from the suite it is for. Does nothing when the same words made the directory before: remove it
# to have newer packages. Needs no rights, but those of root with --installed.
set -euo pipefail

depends=yes
case "${1:-}" in
--alone | --installed)
	depends=${1#--}
	shift
	;;
esac
if [ $# -lt 4 ]; then
	echo "usage: $0 [--alone|--installed] SUITE ARCHITECTURE DIRECTORY PACKAGE..." >&2
	exit 2
fi
suite=$1 architecture=$2 directory=$3
shift 3

asked="$suite $architecture $depends $*"
if [ "$(cat "$directory/.packages" 2>/dev/null)" = "$asked" ]; then
	exit
fi
echo "fetching for $suite on $architecture: $*" >&2

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work"/{sources,state,cache}
: >"$work/status"

# Debian's own sources here, for the other suite; and how this machine reaches them, a proxy perhaps.
own=$(. /etc/os-release && echo "$VERSION_CODENAME")
base=${suite%-backports}
for file in /etc/apt/sources.list /etc/apt/sources.list.d/debian.sources; do
	if [ -s "$file" ]; then
		sed -E "/^(deb|Suites:)[[:space:]]/s/([[:space:]])$own\b/\1$base/g" "$file" >"$work/sources/debian.${file##*.}"
	fi
done
acquire=$(apt-config dump | grep -E '^Acquire::(https?|Retries)\b' || true)

if [ "$depends" = installed ]; then
	rm -rf "$directory"
	mkdir -p "$(dirname "$directory")"
	options=(--mode=root --variant=apt --architectures="$architecture" --dpkgopt=force-unsafe-io --aptopt='APT::Install-Recommends "false"')
	while read -r line; do
		[ -z "$line" ] || options+=(--aptopt="$line")
	done <<<"$acquire"
	mmdebstrap --quiet "${options[@]}" --include="$(tr ' ' ',' <<<"$*")" "$suite" "$directory" "$work"/sources/* >&2
	echo "$asked" >"$directory/.packages"
	exit
fi

{
	echo "$acquire"
	cat <<-END
		Dir::Etc { main "/dev/null"; parts "/dev/null"; sourcelist "/dev/null"; sourceparts "$work/sources"; preferences "/dev/null"; preferencesparts "/dev/null"; };
		Dir::State "$work/state";
		Dir::State::status "$work/status";
		Dir::Cache "$work/cache";
		APT::Architecture "$architecture";
		APT::Architectures { "$architecture"; };
		APT::Install-Recommends "false";
		APT::Sandbox::User "root";
	END
} >"$work/apt.conf"
export APT_CONFIG=$work/apt.conf

apt-get update -qq
if [ "$suite" != "$base" ]; then
	# apt tells no source that it has not read.
	apt-get indextargets --format "\$(RELEASE) \$(REPO_URI) $suite main" "Created-By: Packages" |
		sed -n "s/^$base /deb /p" >"$work/sources/backports.list"
	echo "APT::Default-Release \"$suite\";" >>"$work/apt.conf"
	apt-get update -qq
fi
packages=()
for package in "$@"; do
	if [[ $package == *"*"* ]]; then
		package=$(apt-cache pkgnames "${package%%\**}" | grep -xE "$(sed 's/[.+]/\\&/g; s/\*/[^-]*/g' <<<"$package")" | sort -V | tail -n 1) || true
		[ -n "$package" ] || { echo "$suite has no package $*" >&2 && exit 1; }
	fi
	packages+=("$package")
done
if [ "$depends" = yes ]; then
	apt-get install -qq --download-only "${packages[@]}" >&2
else
	(cd "$work" && apt-get download -qq "${packages[@]}")
fi

# One /usr, as every Debian has it since 12; packages of before carry /bin and /lib. Links from the root become links within the
# directory, so that who does not make it its root, as a linker, can follow them.
rm -rf "$directory"
mkdir -p "$directory"/usr/{bin,lib,sbin}
ln -s usr/bin usr/lib usr/sbin "$directory"
find "$work" -name '*.deb' -exec sh -c 'dpkg-deb --fsys-tarfile "$1" | tar -x --keep-directory-symlink -C "$2"' - {} "$directory" \;
find "$directory" -type l -lname '/*' | while read -r link; do
	ln -sfnr "$directory$(readlink "$link")" "$link"
done
echo "$asked" >"$directory/.packages"
