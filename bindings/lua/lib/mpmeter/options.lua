-- Decides how a table of options becomes the library's: what Lua can say and C cannot is refused here.

local ffi = require "ffi"
local constants = require "mpmeter.constants"
local errors = require "mpmeter.errors"
local library = require "mpmeter.library"

local M = {}

local LEVELS = {}
for name, number in pairs(constants.log_levels) do LEVELS[number] = name end

--- A text without a NUL inside, at which C would end it; else nil and an error.
function M.text(name, value)
  if type(value) ~= "string" then return nil, errors.invalid(name .. " is not a string") end
  if value:find("\0", 1, true) then return nil, errors.invalid(name .. " holds a NUL") end
  return value
end

--- A whole number that fits into `bits`; else nil and an error.
function M.number(name, value, bits)
  local limit = 2 ^ ((bits or 32) - 1)
  if type(value) ~= "number" or value % 1 ~= 0 or value < -limit or value >= limit then
    return nil, errors.invalid(name .. " is not a whole number in range")
  end
  return value
end

-- Each sets one option. It returns a status, or nil and an error.
local setters = {}

-- What an option may be, where that can be said in a few words.
local limits = {}

function setters.public_keys(C, handle, keys)
  if type(keys) ~= "table" then return nil, errors.invalid("public_keys is not a list") end
  for _, key in ipairs(keys) do
    if type(key) ~= "table" then return nil, errors.invalid("public_keys holds something that is not a table") end
    local version, err = M.number("public_keys: version", key.version == nil and 1 or key.version)
    if not version then return nil, err end
    local pem, problem = M.text("public_keys: pem", key.pem)
    if not pem then return nil, problem end
    local status = C.mpmeter_options_add_public_key(handle, version, pem)
    if status ~= 0 then return status end
  end
  return 0
end

function setters.public_key(C, handle, pem, chosen)
  local version = chosen.public_key_version
  return setters.public_keys(C, handle, { { version = version, pem = pem } })
end

function setters.public_key_version() return 0 end -- Goes with public_key.

function setters.trusted_products(C, handle, products)
  if type(products) ~= "table" then return nil, errors.invalid("trusted_products is not a table") end
  if next(products) == nil then -- A computed list that came out empty must not trust every code.
    return nil, errors.invalid("trusted_products is empty; leave it out if the code is part of the program")
  end
  for code, kind in pairs(products) do
    local text, err = M.text("trusted_products", code)
    if not text then return nil, err end
    if constants.product_kinds[kind] == nil then
      return nil, errors.invalid('trusted_products: a kind is neither "paid" nor "free"')
    end
    local status = C.mpmeter_options_trust_product(handle, text, constants.product_kinds[kind])
    if status ~= 0 then return status end
  end
  return 0
end

function setters.accept_free_products(C, handle, accept)
  return C.mpmeter_options_accept_free_products(handle, accept and 1 or 0)
end

function setters.deadline(C, handle, seconds)
  if type(seconds) ~= "number" or seconds ~= seconds or seconds < 0 or seconds > 2 ^ 31 then
    return nil, errors.invalid("deadline is not a number of seconds, 0.001 to 86400")
  end
  return C.mpmeter_options_set_deadline_ms(handle, math.floor(seconds * 1000 + 0.5))
end

function setters.region_policy(C, handle, policy)
  local number = constants.region_policies[policy]
  if not number then return nil, errors.invalid("region_policy is none that there is") end
  return C.mpmeter_options_set_region_policy(handle, number)
end

-- generated: plain options, by `make generate`
limits.minimum_key_bits = "1024 to 16384"
function setters.minimum_key_bits(C, handle, value)
  local number, err = M.number("minimum_key_bits", value)
  if not number then return nil, err end
  return C.mpmeter_options_set_minimum_key_bits(handle, number)
end

limits.app_id = "1 to 50 letters, digits and !#$%&'*+,-.^_`|~"
function setters.app_id(C, handle, value)
  local text, err = M.text("app_id", value)
  if not text then return nil, err end
  return C.mpmeter_options_set_app_id(handle, text)
end
-- end of generated

function setters.unverified_key_version(C, handle, version)
  local number, err = M.number("unverified_key_version", version)
  if not number then return nil, err end
  return C.mpmeter_options_set_unverified(handle, number)
end

--- Not options of a client, but of a call.
local others = {
  log = true, log_level = true, nonce = true, cancellation = true, product_codes = true, register = true,
}

--- A function as C calls it. An error in it is no reason to stop a product.
local function callback(log)
  return ffi.cast("mpmeter_log_fn", function(_, level, message)
    pcall(log, LEVELS[level] or "info", ffi.string(message))
  end)
end

--- The library's options: { handle, log }. nil and an error if one is refused. `log` is to be freed by whoever has it.
function M.prepare(chosen)
  local C = library.load()
  local out = ffi.new "mpmeter_options *[1]"
  local status = C.mpmeter_options_new(out)
  if status ~= 0 then return nil, errors.of_status(status) end
  local handle = ffi.gc(out[0], C.mpmeter_options_free)
  for name, value in pairs(chosen) do
    if not others[name] then
      local setter = setters[name]
      if not setter then return nil, errors.invalid(("there is no option %q"):format(tostring(name))) end
      local answer, err = setter(C, handle, value, chosen)
      if err then return nil, err end
      if answer ~= 0 then
        local wrong = limits[name] and (" is not " .. limits[name]) or " is outside what is accepted"
        return nil, errors.of_status(answer, name .. wrong)
      end
    end
  end
  if chosen.log == nil then return { handle = handle } end
  if type(chosen.log) ~= "function" then return nil, errors.invalid("log is not a function") end
  local level = constants.log_levels[chosen.log_level or "info"]
  if not level then return nil, errors.invalid('log_level is neither "debug", "info" nor "warning"') end
  local log = callback(chosen.log)
  C.mpmeter_options_set_log(handle, log, nil, level)
  return { handle = handle, log = log }
end

return M
