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
printf '{"options":{"public_keys":[],"unverified_key_version":1,"deadline_ms":10000},"call":{"function":"meter",
"arguments":{"product_code":"$MPMETER_SANDBOX_PRODUCT_CODE","journal":"/data/usage","steps":[
{"step":"check","dimension":"a"},{"step":"add","dimension":"a","quantity":"0.25"},{"step":"send","final":true},
{"step":"report"}]}}}' > "$ROOT/meter.json"
exec unshare --mount sh -c "$1"
EOF
mkdir "$root/data"
chown 65532:65532 "$root/data"
inside="exec chroot --userspec=65532:65532 $root /driver /case.json"
run() { ROOT=$root "$sandbox" run --scenario ecs-fargate -- sh "$root/case.sh" "$1"; }

with=$(run "mount -t proc proc $root/proc && $inside")
without=$(run "$inside")
metered=$(run "mount -t proc proc $root/proc && exec chroot --userspec=65532:65532 $root /driver /meter.json")
case $with in *'"status":"MPMETER_OK"'*) ;; *) echo "with /proc: $with" >&2; exit 1 ;; esac
case $without in *'It needs /proc'*) ;; *) echo "without /proc: $without" >&2; exit 1 ;; esac
case $metered in *'"sent":["a=0.25"]'*) ;; *) echo "metering: $metered" >&2; exit 1 ;; esac
echo 'registers and meters in an empty root'
