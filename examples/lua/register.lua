-- A paid product's start: it runs only if AWS Marketplace says so.
--
--     luarocks install mpmeter-0.1.0-1.src.rock
--     luajit register.lua
--
-- product.pem is the public key that AWS Marketplace issued with the product code; copy it into the image beside this
-- file.

local ffi = require "ffi"
local mpmeter = require "mpmeter"

local PRODUCT_CODE = "4w1vgsrkqdkypbz43g7qkk4uz"
local folder = arg[0]:match "^(.*/)" or "./"
local PUBLIC_KEY = assert(io.open(folder .. "product.pem")):read "*a"

-- Process 1 of a container ignores SIGTERM (15) unless it has a handler. This one ends the program with 15.
ffi.cdef "void (*signal(int, void (*)(int)))(int); void _exit(int);"
ffi.C.signal(15, ffi.C._exit)

local registration, err = mpmeter.register_usage(PRODUCT_CODE, {
  public_key = PUBLIC_KEY,
  log = function(level, line) io.stderr:write(level, ": ", line, "\n") end,
})
if not registration then
  io.stderr:write("not registered: ", err.text, "\n")
  os.exit(err.exit_code) -- 75: try again later. 1: stop.
end

print("registered in " .. registration.region .. ": the product begins here")
