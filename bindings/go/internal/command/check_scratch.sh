#!/bin/sh
# check_scratch.sh DRIVER SANDBOX: registers in a root that holds the program and /proc only, as an unprivileged user;
# without /proc the error says what is missing.
set -eu
driver=$1 sandbox=$2
root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
chmod 755 "$root"
mkdir "$root/proc"
cp "$driver" "$root/driver"

cat > "$root/case.sh" <<'EOF'
set -eu
key=$(sed ':a;N;$!ba;s/\n/\\n/g' "$MPMETER_SANDBOX_PUBLIC_KEY")
printf '{"options":{"public_keys":[{"pem":"%s","version":1}],"deadline_ms":10000},"call":{"function":"register_usage",
"arguments":{"product_code":"$MPMETER_SANDBOX_PRODUCT_CODE"}}}' "$key" > "$ROOT/case.json"
exec unshare --mount sh -c "$1"
EOF
inside="exec chroot --userspec=65532:65532 $root /driver /case.json"
run() { ROOT=$root "$sandbox" run --scenario ecs-fargate -- sh "$root/case.sh" "$1"; }

with=$(run "mount -t proc proc $root/proc && $inside")
without=$(run "$inside")
case $with in *'"status":"MPMETER_OK"'*) ;; *) echo "with /proc: $with" >&2; exit 1 ;; esac
case $without in *'It needs /proc'*) ;; *) echo "without /proc: $without" >&2; exit 1 ;; esac
echo 'registers in an empty root'
