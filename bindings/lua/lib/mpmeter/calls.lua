-- Decides how a call with an object and an error for outputs is made, and what it answers.

local ffi = require "ffi"
local errors = require "mpmeter.errors"
local library = require "mpmeter.library"

local M = {}

local Cancellation = {}
Cancellation.__index = Cancellation

--- Makes every call that uses this object return MPMETER_E_CANCELLED within 100 ms. This cannot be undone.
function Cancellation:cancel() library.load().mpmeter_cancellation_cancel(self.handle) end

--- The library's own object, for mpmeter_cancellation_cancel() in another thread. It lives as long as this one.
function Cancellation:pointer() return self.handle end

function M.new_cancellation()
  local C = library.load()
  local out = ffi.new "mpmeter_cancellation *[1]"
  local status = C.mpmeter_cancellation_new(out)
  if status ~= 0 then return nil, errors.of_status(status) end
  return setmetatable({ handle = ffi.gc(out[0], C.mpmeter_cancellation_free) }, Cancellation)
end

--- The pointer of a cancellation; nil for none. The second result says what is wrong with it.
function M.cancellation(value)
  if value == nil then return nil end
  if getmetatable(value) ~= Cancellation then
    return nil, errors.invalid("cancellation is not one of mpmeter.cancellation()")
  end
  return value.handle
end

--- What a client or a meter shares with its calls, and a client with its meters: `free` is called when the last of them
-- has released it. So a log function may close what is calling it.
function M.shared(free) return { owners = 1, free = free } end

function M.hold(shared)
  shared.owners = shared.owners + 1
  return shared
end

--- Answers whatever else it is given.
function M.release(shared, ...)
  shared.owners = shared.owners - 1
  if shared.owners == 0 then shared.free() end
  return ...
end

--- Calls a function that ends in `out_object, out_error`; answers what `take` makes of the object, or nil and an error.
-- Not compiled: the library may call a log function meanwhile, and a compiled trace must not be left that way.
function M.call(take, kind, name, ...)
  local C = library.load()
  local object, problem = ffi.new(kind .. " *[1]"), ffi.new "mpmeter_error *[1]"
  local arguments = { n = select("#", ...), ... }
  arguments[arguments.n + 1], arguments[arguments.n + 2] = object, problem
  local status = C[name](unpack(arguments, 1, arguments.n + 2))
  if status ~= 0 then return nil, errors.take(status, problem[0]) end
  return take(object[0])
end
jit.off(M.call, true)

return M
