#!/bin/sh
# The README shows the examples, which compile with the jar alone, on the class path and as a module; they register, and
# meter usage.
set -eu
cd "$(dirname "$0")/../../../.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

for example in Product MeteredProduct; do
    sed -n "/<!-- examples\/java\/$example.java -->/,/^\`\`\`\$/p" bindings/java/README.md |
        sed '1,2d;$d' | diff - examples/java/$example.java
done

# The README's commands without AWS, in a folder with the jar and the program.
mkdir "$work/readme"
cp "$JAR" examples/java/Product.java "$work/readme/"
sed -n '/^## Test it without AWS/,/^Never/s/^    //p' bindings/java/README.md > "$work/readme/commands"
(cd "$work/readme" && PATH="$(dirname "$MPMETER_SANDBOX"):$PATH" sh -e commands > out 2> err) ||
    { cat "$work/readme/err"; exit 1; }
grep -qx 'registered in eu-west-3: the product begins here' "$work/readme/out" || { cat "$work/readme/out"; exit 1; }

cat > "$work/run.sh" <<'EOF'
set -eu
cp "$MPMETER_SANDBOX_PUBLIC_KEY" public-key.pem
sed "s/4w1vgsrkqdkypbz43g7qkk4uz/$MPMETER_SANDBOX_PRODUCT_CODE/" "$EXAMPLE" > Product.java
mkdir -p plain
javac --release 11 -cp "$JAR" -d plain Product.java
cp public-key.pem plain/
java -cp "plain:$JAR" Product

mkdir -p module/product
{ echo 'package product;'; cat Product.java; } > module/product/Product.java
echo 'module product { requires io.github.libmpmeter; }' > module/module-info.java
javac --release 11 -p "$JAR" -d compiled module/module-info.java module/product/Product.java
cp public-key.pem compiled/product/
java -p "compiled:$JAR" -m product/product.Product
EOF
export EXAMPLE="$PWD/examples/java/Product.java"
expected='registered in eu-west-3: the product begins here'
(cd "$work" && "$MPMETER_SANDBOX" run --scenario ecs-fargate -- sh run.sh) > "$work/out" 2> "$work/err" ||
    { cat "$work/err"; exit 1; }
[ "$(cat "$work/out")" = "$expected
$expected" ] || { cat "$work/out" "$work/err"; exit 1; }

status=0
cd "$work"
"$MPMETER_SANDBOX" run --scenario ecs-fargate --fault not-entitled -- java -cp "plain:$JAR" Product 2> err || status=$?
[ "$status" = 1 ]
grep -q CustomerNotEntitledException err

cat > "$work/meter.sh" <<'END'
set -eu
sed "s/4w1vgsrkqdkypbz43g7qkk4uz/$MPMETER_SANDBOX_PRODUCT_CODE/; s#/var/lib/product#$PWD#" "$METERED" \
    > MeteredProduct.java
javac --release 11 -cp "$JAR" -d metered MeteredProduct.java
java -cp "metered:$JAR" MeteredProduct
"$MPMETER_SANDBOX" ledger | tr -s ' '
END
export METERED="$OLDPWD/examples/java/MeteredProduct.java"
"$MPMETER_SANDBOX" run --scenario eks-irsa -- sh meter.sh > out 2> err || { cat out err; exit 1; }
grep -q "total .* requests 1\$" out && grep -q "total .* gigabytes 0.25\$" out || { cat out err; exit 1; }
echo 'the examples are the README'"'"'s, and register and meter'
