--- Registers a paid container with AWS Marketplace, through libmpmeter and LuaJIT's FFI.
--
--     local mpmeter = require "mpmeter"
--     local registration, err = mpmeter.register_usage("product-code", { public_key = PEM })
--     if not registration then error(err.text) end
--
-- Every call answers its result, or nil and an error: a table with `status`, `code`, `action`, `message`, `fix`,
-- `text` and what else is known. A call blocks the thread; README.md says where in nginx that is right. What each
-- function does is said in mpmeter.h.
-- @module mpmeter

local calls = require "mpmeter.calls"
local client = require "mpmeter.client"
local errors = require "mpmeter.errors"
local library = require "mpmeter.library"
local meter = require "mpmeter.meter"
local options = require "mpmeter.options"
local results = require "mpmeter.results"
local statuses = require "mpmeter.statuses"

local ffi = require "ffi"

local M = { _VERSION = "0.1.0" }

--- Every status that this module knows, in ascending order: { { status = "MPMETER_OK", code = 0, action = … }, … }.
M.statuses = statuses

--- Makes a client: reads the keys and the environment; sends nothing. Keep it: it remembers what it registered.
-- @param chosen  Options: see README.md.
-- @return a client, or nil and an error.
function M.new(chosen) return client.new(chosen) end

--- Registers this container, once, with a client of its own.
-- @param product_code  The product code that AWS Marketplace issued.
-- @param chosen  The options of new(), and `nonce` and `cancellation`.
-- @return a registration, or nil and an error.
function M.register_usage(product_code, chosen)
  chosen = type(chosen) == "table" and chosen or {}
  local one, err = client.new(chosen)
  if not one then return nil, err end
  local registration, problem = one:register_usage(product_code, chosen)
  one:close()
  return registration, problem
end

--- An array of C texts, which lives as long as the list; or nil and an error.
local function text_array(name, list)
  if type(list) ~= "table" then return nil, errors.invalid(name .. " is not a list") end
  local texts = ffi.new("const char *[?]", #list + 1)
  for index, value in ipairs(list) do
    local text, problem = options.text(name, value)
    if not text then return nil, problem end
    texts[index - 1] = text
  end
  return texts
end

--- Looks why a registration fails here, and sends none unless told to.
-- @param chosen  The options of new(), and `product_codes` (a list), `register` (true to send one), `cancellation`.
-- @return a table with `status`, `json` (docs/doctor.md says what is in it), or nil and an error.
function M.diagnose(chosen)
  chosen = type(chosen) == "table" and chosen or {}
  local codes = chosen.product_codes or {}
  local texts, unfit = text_array("product_codes", codes)
  if not texts then return nil, unfit end
  local flags = chosen.register and 1 or 0
  local cancellation, wrong = calls.cancellation(chosen.cancellation)
  if wrong then return nil, wrong end
  local prepared, err = options.prepare(chosen)
  if not prepared then return nil, err end
  local found, problem = calls.call(results.diagnosis, "mpmeter_diagnosis", "mpmeter_diagnose", prepared.handle, texts,
    #codes, flags, cancellation)
  if prepared.log then prepared.log:free() end
  return found, problem
end

--- Looks why metering fails here: Region, role (by a dry run, which meters nothing), the journal's place and content,
-- names of dimensions, usage held, other senders. Makes no journal and changes none; needs no key.
-- @param chosen  The options of new(), and `product_code` (without one AWS is not asked), `journal` (a path),
-- `dimensions` (a list; the first is that of the dry run), `cancellation`. May be nil.
-- @return a table with `status`, `json` (docs/doctor.md says what is in it), or nil and an error.
function M.diagnose_metering(chosen)
  local given = {}
  for name, value in pairs(type(chosen) == "table" and chosen or {}) do given[name] = value end
  local code, journal, dimensions = given.product_code, given.journal, given.dimensions or {}
  given.product_code, given.journal, given.dimensions = nil, nil, nil
  for name, value in pairs { product_code = code, journal = journal } do
    local text, problem = options.text(name, value)
    if not text then return nil, problem end
  end
  local prepared, err = options.prepare(given)
  if not prepared then return nil, err end
  local texts, unfit = text_array("dimensions", dimensions)
  if not texts then return nil, unfit end
  local cancellation, wrong = calls.cancellation(given.cancellation)
  if wrong then return nil, wrong end
  local found, problem = calls.call(results.diagnosis, "mpmeter_diagnosis", "mpmeter_diagnose_metering",
    prepared.handle, code, journal, texts, #dimensions, 0, cancellation)
  if prepared.log then prepared.log:free() end
  return found, problem
end

--- The URL at which RegisterUsage is served in a Region.
-- @param region  A Region's name.
-- @param kinds  { fips = true, dualstack = true }; may be nil.
-- @return the URL, or nil and an error.
function M.endpoint(region, kinds)
  local name, err = options.text("region", region)
  if not name then return nil, err end
  kinds = kinds or {}
  local url = ffi.new "char *[1]"
  local C = library.load()
  local status = C.mpmeter_endpoint(name, (kinds.fips and 1 or 0) + (kinds.dualstack and 2 or 0), url)
  if status ~= 0 then
    return nil, errors.of_status(status, tostring(region) .. " is not a Region, or has no such endpoint")
  end
  local text = ffi.string(url[0])
  C.mpmeter_string_free(url[0])
  return text
end

--- Stops calls: `cancellation:cancel()`. LuaJIT has one thread a state, so it is called from a log function, or
-- through `cancellation:pointer()` by a thread of another language.
function M.cancellation() return calls.new_cancellation() end

--- Opens a journal of usage, or makes it. Nothing is sent.
-- @param chosen  `product_code` and `journal` (a path), both required; `client`, or the options of new() for one of the
-- meter's own, which needs no public key; `whole_units`; `hold_late`.
-- @return a meter, or nil and an error.
function M.meter(chosen) return meter.new(chosen) end

--- The version of the library that is loaded.
function M.version() return ffi.string(library.load().mpmeter_version()) end

return M
