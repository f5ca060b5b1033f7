-- Decides what a client does: it holds the library's, and answers results or nil and an error.

local ffi = require "ffi"
local calls = require "mpmeter.calls"
local errors = require "mpmeter.errors"
local library = require "mpmeter.library"
local options = require "mpmeter.options"
local results = require "mpmeter.results"

local Client = {}
Client.__index = Client

local M = {}

--- Makes a client, or nil and an error.
function M.new(chosen)
  if type(chosen) ~= "table" then return nil, errors.invalid("the options are not a table") end
  local prepared, err = options.prepare(chosen)
  if not prepared then return nil, err end
  local C = library.load()
  local made = function(pointer) return ffi.gc(pointer, C.mpmeter_client_free) end
  local handle, problem = calls.call(made, "mpmeter_client", "mpmeter_client_new", prepared.handle)
  if not handle then
    if prepared.log then prepared.log:free() end
    return nil, problem
  end
  local log = prepared.log
  local shared = calls.shared(function()
    C.mpmeter_client_free(ffi.gc(handle, nil))
    if log then log:free() end
  end)
  return setmetatable({ handle = handle, shared = shared }, Client)
end

--- Registers this container: finds Region and role, calls RegisterUsage with retries until the deadline, verifies the
-- answer. Blocks for as long as that takes. Once accepted, it is remembered: later calls return at once.
-- @param product_code  1 to 255 characters of AWS's pattern [-a-zA-Z0-9/=:_.@].
-- @param chosen  { nonce = "…", cancellation = … }; may be nil.
-- @return a registration, or nil and an error.
function Client:register_usage(product_code, chosen)
  chosen = chosen or {}
  if not self.handle then return nil, errors.invalid("the client is closed") end
  local code, err = options.text("product_code", product_code)
  if not code then return nil, err end
  local nonce = chosen.nonce
  if nonce ~= nil then
    nonce, err = options.text("nonce", nonce)
    if not nonce then return nil, err end
  end
  local cancellation, wrong = calls.cancellation(chosen.cancellation)
  if wrong then return nil, wrong end
  local shared = calls.hold(self.shared)
  return calls.release(shared, calls.call(results.registration, "mpmeter_registration", "mpmeter_register_usage",
    self.handle, code, nonce, cancellation))
end

--- Verifies a stored token, offline. Sends nothing.
-- @param proof  { token = "…", product_code = "…", nonce = "…", public_key_version = 0 for any }.
-- @return a registration, or nil and an error.
function Client:verify(proof)
  if not self.handle then return nil, errors.invalid("the client is closed") end
  if type(proof) ~= "table" then return nil, errors.invalid("the proof is not a table") end
  local texts = {}
  for _, name in ipairs { "token", "product_code", "nonce" } do
    local text, err = options.text(name, proof[name])
    if not text then return nil, err end
    texts[name] = text
  end
  local version, err = options.number("public_key_version", proof.public_key_version or 0)
  if not version then return nil, err end
  return calls.call(results.registration, "mpmeter_registration", "mpmeter_verify", self.handle, texts.token,
    texts.product_code, version, texts.nonce)
end

--- Finds the Region that the program runs in, without registering.
-- @param chosen  { cancellation = … }; may be nil.
-- @return { name, source, platform, supported }, or nil and an error.
function Client:find_region(chosen)
  if not self.handle then return nil, errors.invalid("the client is closed") end
  local cancellation, wrong = calls.cancellation((chosen or {}).cancellation)
  if wrong then return nil, wrong end
  local shared = calls.hold(self.shared)
  return calls.release(shared,
    calls.call(results.region, "mpmeter_region", "mpmeter_region_find", self.handle, cancellation))
end

--- Frees what the client holds, once no meter has it any more. A client that is dropped is freed too, but for the slot
-- of its log function, of which LuaJIT has some hundreds. Twice is fine, and so is a log function.
function Client:close()
  if not self.handle then return end
  self.handle = nil
  calls.release(self.shared)
end

-- A compiled trace must not be left by a log function: see calls.call().
for _, method in pairs { Client.register_usage, Client.find_region } do jit.off(method) end

return M
