#!/usr/bin/env bash
# build.sh OUT [vcsim|vim.xsd|govinv]...   (default: vcsim)
#
# Builds into OUT from Debian packages alone (golang-go, golang-github-vmware-govmomi-dev), without network:
#   vcsim     the test vCenter, what the tests need
#   vim.xsd   vim25's schema made from govmomi's types: xmllint then judges the element order of requests, which vcsim accepts any
#   govinv    the govmomi client that the inventory bench compares with
set -euo pipefail
mkdir -p "${1:?usage: build.sh OUT [vcsim|vim.xsd|govinv]...}"
out=$(realpath "$1")
shift
cd "$(dirname "$0")"
[ $# -gt 0 ] || set -- vcsim

# Debian's library is laid out for GOPATH, so our sources stand beside it in a throw-away GOPATH.
gopath=$(mktemp -d)
trap 'rm -rf "$gopath"' EXIT
mkdir -p "$gopath/src"
cp -r src "$gopath/src/peer"

build() {
  # -p 2: govmomi's types package alone takes about 0.8 GB to compile.
  (cd "$gopath/src/peer/$1" && env GO111MODULE=off GOFLAGS= GOPATH="$gopath:/usr/share/gocode" \
    GOCACHE="${GOCACHE:-$out/gocache}" CGO_ENABLED=0 \
    go build -p 2 -trimpath -ldflags '-s -w' -o "$out/.$1.new" "peer/$1")
  mv "$out/.$1.new" "$out/$1" # one rename: a running copy stays whole, an interrupted build leaves the old one
}

# govmomi declares the response types without registering them: they are listed from its source.
list_responses() {
  printf 'package main\n\nimport (\n\t"reflect"\n\n\t"github.com/vmware/govmomi/vim25/types"\n)\n\n'
  printf 'var responses = map[string]reflect.Type{\n'
  sed -nE 's/^type (\w+)Response struct.*/\t"\1": reflect.TypeOf(types.\1Response{}),/p' \
    /usr/share/gocode/src/github.com/vmware/govmomi/vim25/types/types.go
  printf '}\n'
}

make_xsd() {
  list_responses > "$gopath/src/peer/wsdlgen/responses.go"
  build wsdlgen
  # govmomi registers some types with a small v and refers to them with a capital one.
  { echo '<?xml version="1.0" encoding="UTF-8"?>'
    "$out/wsdlgen" -full 2> /dev/null | sed -n '/<schema /,/<\/schema>/p' \
      | sed -e 's/^<types>//' -e 's/<\/schema>.*/<\/schema>/' -e 's/"vslmInfrastructureObjectPolicy/"VslmInfrastructureObjectPolicy/g'
  } > "$out/.vim.xsd.new"
  mv "$out/.vim.xsd.new" "$out/vim.xsd"
}

for part in "$@"; do
  case $part in
    vcsim | govinv) build "$part" ;;
    vim.xsd) make_xsd ;;
    *) echo "build.sh: no part is called $part" >&2; exit 2 ;;
  esac
done
