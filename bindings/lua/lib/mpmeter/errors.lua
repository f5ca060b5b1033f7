-- Decides what an error is: a table that prints itself as one line for a log.

local ffi = require "ffi"
local library = require "mpmeter.library"

local M = {}

local EXIT_CODES = { proceed = 0, retry = 75, terminate = 1 }

local Error = {}
Error.__index = Error
Error.__tostring = function(self) return self.text end

--- A text of the library's; nil for NULL.
local function text(pointer)
  if pointer == nil then return nil end
  return ffi.string(pointer)
end
M.text = text

local function ended(sentence) return sentence:match "[.!?]$" and sentence or sentence .. "." end

local function complete(err, status)
  local C = library.load()
  err.status, err.code = text(C.mpmeter_status_name(status)), tonumber(status)
  err.action = text(C.mpmeter_action_name(C.mpmeter_status_action(status)))
  err.exit_code = EXIT_CODES[err.action]
  err.message = err.message or text(C.mpmeter_status_message(status))
  err.fix = err.fix or text(C.mpmeter_status_fix(status))
  err.text = err.text or ("%s (%s): %s Fix: %s"):format(err.status, err.action, ended(err.message), ended(err.fix))
  return setmetatable(err, Error)
end

--- The error behind a pointer, which is freed. It may be NULL: memory was exhausted.
function M.take(status, pointer)
  if pointer == nil then return complete({}, status) end
  local C = library.load()
  local http_status = C.mpmeter_error_http_status(pointer)
  local err = {
    message = text(C.mpmeter_error_message(pointer)),
    fix = text(C.mpmeter_error_fix(pointer)),
    text = text(C.mpmeter_error_text(pointer)),
    json = text(C.mpmeter_error_json(pointer)),
    http_status = http_status ~= 0 and http_status or nil,
    aws_type = text(C.mpmeter_error_aws_type(pointer)),
    request_id = text(C.mpmeter_error_request_id(pointer)),
    region = text(C.mpmeter_error_region(pointer)),
    region_source = text(C.mpmeter_error_region_source(pointer)),
    credentials_source = text(C.mpmeter_error_credentials_source(pointer)),
    platform = text(C.mpmeter_error_platform(pointer)),
    attempts = C.mpmeter_error_attempts(pointer),
    elapsed = tonumber(C.mpmeter_error_elapsed_ms(pointer)) / 1000,
  }
  C.mpmeter_error_free(pointer)
  return complete(err, status)
end

--- An error of a status, with a message of this module's.
function M.of_status(status, message) return complete({ message = message, attempts = 0, elapsed = 0 }, status) end

--- A wrong argument.
function M.invalid(message) return M.of_status(library.load().MPMETER_E_INVALID_ARGUMENT, message) end

--- Whether a value is an error of this module.
function M.is(value) return getmetatable(value) == Error end

return M
