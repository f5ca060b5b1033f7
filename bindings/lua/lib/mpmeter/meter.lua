-- Decides how usage is metered: a journal on a volume, what is added to it, and when it is sent.

local ffi = require "ffi"
local calls = require "mpmeter.calls"
local client = require "mpmeter.client"
local errors = require "mpmeter.errors"
local library = require "mpmeter.library"
local options = require "mpmeter.options"

local Meter = {}
Meter.__index = Meter

local M = {}

-- What is a meter's and not its client's.
local OWN = { client = true, product_code = true, journal = true, whole_units = true, hold_late = true }

--- true, or nil and an error.
local function done(status, problem)
  if status ~= 0 then return nil, errors.take(status, problem[0]) end
  return true
end

local function problem_place() return ffi.new "mpmeter_error *[1]" end

--- Opens a journal, or makes it. Nothing is sent.
-- @param chosen  `product_code` and `journal` (a path), both required; `client`, or the options of mpmeter.new() for
-- one of the meter's own, which needs no public key; `whole_units`; `hold_late`.
-- @return a meter, or nil and an error.
function M.new(chosen)
  if type(chosen) ~= "table" then return nil, errors.invalid("the options are not a table") end
  local code, err = options.text("product_code", chosen.product_code)
  if not code then return nil, err end
  local journal, wrong = options.text("journal", chosen.journal)
  if not journal then return nil, wrong end
  local used, own = chosen.client, nil
  if not used then
    local given = { unverified_key_version = 1 }
    for name, value in pairs(chosen) do
      if not OWN[name] then given[name] = value end
    end
    if given.public_key or given.public_keys then given.unverified_key_version = chosen.unverified_key_version end
    own, err = client.new(given)
    if not own then return nil, err end
    used = own
  end
  if type(used) ~= "table" or not used.handle then return nil, errors.invalid("client is none, or is closed") end
  local C = library.load()
  local flags = (chosen.whole_units and 1 or 0) + (chosen.hold_late and 2 or 0)
  local made = function(pointer) return ffi.gc(pointer, C.mpmeter_meter_free) end
  local clients = calls.hold(used.shared)
  local handle, problem = calls.call(made, "mpmeter_meter", "mpmeter_meter_open", used.handle, code, journal, flags)
  if own then own:close() end -- It lives as long as the meter.
  if not handle then return calls.release(clients, nil, problem) end
  local shared = calls.shared(function()
    C.mpmeter_meter_free(ffi.gc(handle, nil))
    calls.release(clients)
  end)
  return setmetatable({ handle = handle, shared = shared }, Meter)
end

--- Asks AWS whether this container may meter, and meters nothing: for the start of the program.
-- @param dimension  A dimension of the listing; may be nil.
-- @param chosen  { cancellation = … }; may be nil.
-- @return true, or nil and an error.
function Meter:check(dimension, chosen)
  if not self.handle then return nil, errors.invalid("the meter is closed") end
  local name, err
  if dimension ~= nil then
    name, err = options.text("dimension", dimension)
    if not name then return nil, err end
  end
  local cancellation, wrong = calls.cancellation((chosen or {}).cancellation)
  if wrong then return nil, wrong end
  local problem, shared = problem_place(), calls.hold(self.shared)
  local status = library.load().mpmeter_meter_check(self.handle, name, cancellation, problem)
  return calls.release(shared, done(status, problem))
end

--- A quantity's text. A number with a fraction is refused: 0.1 is not a tenth.
local function quantity_text(quantity)
  if type(quantity) == "number" then
    if quantity % 1 ~= 0 or quantity < 0 or quantity > 2 ^ 53 then
      return nil, errors.invalid('quantity is not a whole number; write "0.25" as a text')
    end
    return ("%.0f"):format(quantity)
  end
  return options.text("quantity", quantity)
end

--- Adds usage. When it answers true, the usage is on the disk; otherwise nothing was added. Nothing is sent.
-- @param dimension  1 to 255 bytes; a listing allows 15 letters, digits and underscores.
-- @param quantity  A whole number, or a text such as "0.25" with at most six places.
-- @param tags  { key = "value" }, at most 5; may be nil.
-- @return true, or nil and an error.
function Meter:add(dimension, quantity, tags)
  if not self.handle then return nil, errors.invalid("the meter is closed") end
  local name, err = options.text("dimension", dimension)
  if not name then return nil, err end
  local amount, wrong = quantity_text(quantity)
  if not amount then return nil, wrong end
  if tags ~= nil and type(tags) ~= "table" then return nil, errors.invalid("tags is not a table") end
  local count, kept = 0, {}
  for key, value in pairs(tags or {}) do
    for _, text in ipairs { key, value } do
      local checked, problem = options.text("tags", text)
      if not checked then return nil, problem end
    end
    count = count + 1
    kept[count] = { key, value }
  end
  local keys, values = ffi.new("const char *[?]", count + 1), ffi.new("const char *[?]", count + 1)
  for index, pair in ipairs(kept) do keys[index - 1], values[index - 1] = pair[1], pair[2] end
  local problem = problem_place()
  return done(library.load().mpmeter_meter_add(self.handle, name, amount, keys, values, count, problem), problem)
end

--- Sends the usage of every hour that is over, with retries until the client's deadline. Blocks.
-- @param chosen  { final = true to send this hour's too, cancellation = … }; may be nil.
-- @return true, or nil and an error: what is left waits in the journal.
function Meter:send(chosen)
  if not self.handle then return nil, errors.invalid("the meter is closed") end
  chosen = chosen or {}
  local cancellation, wrong = calls.cancellation(chosen.cancellation)
  if wrong then return nil, wrong end
  local problem, shared = problem_place(), calls.hold(self.shared)
  local status = library.load().mpmeter_meter_send(self.handle, chosen.final and 1 or 0, cancellation, problem)
  return calls.release(shared, done(status, problem))
end

--- Seconds until the next send is due: 0 if it is.
function Meter:next_due()
  if not self.handle then return nil, errors.invalid("the meter is closed") end
  local milliseconds, problem = ffi.new "int64_t[1]", problem_place()
  local ok, err = done(library.load().mpmeter_meter_next_due(self.handle, milliseconds, problem), problem)
  if not ok then return nil, err end
  return tonumber(milliseconds[0]) / 1000
end

--- The books, as JSON: pending, held (with why) and sent (with record_id), and totals by dimension.
function Meter:report()
  if not self.handle then return nil, errors.invalid("the meter is closed") end
  local C = library.load()
  local document, problem = ffi.new "char *[1]", problem_place()
  local ok, err = done(C.mpmeter_meter_report(self.handle, document, problem), problem)
  if not ok then return nil, err end
  local text = ffi.string(document[0])
  C.mpmeter_string_free(document[0])
  return text
end

--- Frees what the meter holds. What was added stays in the journal. Twice is fine, and so is a log function.
function Meter:close()
  if not self.handle then return end
  self.handle = nil
  calls.release(self.shared)
end

-- The library may call a log function meanwhile, and a compiled trace must not be left that way.
for _, method in pairs { Meter.check, Meter.add, Meter.send } do jit.off(method) end

return M
