-- A start of LuaJIT; with an argument, and a registration.
if arg[1] then
  local mpmeter = require "mpmeter"
  local key = assert(io.open(os.getenv "BENCH_KEY")):read "*a"
  assert(mpmeter.register_usage("bench-product", { public_key = key, nonce = "bench-1" }))
end
