-- Decides what a call answers: tables that hold nothing of the library's memory.

local library = require "mpmeter.library"
local text = require("mpmeter.errors").text

local M = {}

--- The registration behind a pointer, which is freed.
function M.registration(pointer)
  local C = library.load()
  local issued_at = tonumber(C.mpmeter_registration_issued_at(pointer))
  local found = {
    product_code = text(C.mpmeter_registration_product_code(pointer)),
    product_kind = C.mpmeter_registration_product_kind(pointer) == 1 and "free" or "paid",
    public_key_version = C.mpmeter_registration_public_key_version(pointer),
    nonce = text(C.mpmeter_registration_nonce(pointer)),
    verified = C.mpmeter_registration_verified(pointer) == 1,
    signature = text(C.mpmeter_registration_signature(pointer)),
    public_key_rotation = text(C.mpmeter_registration_public_key_rotation(pointer)),
    issued_at = issued_at ~= 0 and issued_at or nil,
    region = text(C.mpmeter_registration_region(pointer)),
    region_source = text(C.mpmeter_registration_region_source(pointer)),
    credentials_source = text(C.mpmeter_registration_credentials_source(pointer)),
    platform = text(C.mpmeter_registration_platform(pointer)),
    request_id = text(C.mpmeter_registration_request_id(pointer)),
    attempts = C.mpmeter_registration_attempts(pointer),
    elapsed = tonumber(C.mpmeter_registration_elapsed_ms(pointer)) / 1000,
    json = text(C.mpmeter_registration_json(pointer)),
  }
  C.mpmeter_registration_free(pointer)
  return found
end

--- The Region behind a pointer, which is freed.
function M.region(pointer)
  local C = library.load()
  local found = {
    name = text(C.mpmeter_region_name(pointer)),
    source = text(C.mpmeter_region_source(pointer)),
    platform = text(C.mpmeter_region_platform(pointer)),
    supported = C.mpmeter_region_supported(pointer) == 1,
  }
  C.mpmeter_region_free(pointer)
  return found
end

--- The diagnosis behind a pointer, which is freed.
function M.diagnosis(pointer)
  local C = library.load()
  local status = C.mpmeter_diagnosis_status(pointer)
  local json = text(C.mpmeter_diagnosis_json(pointer))
  local found = { status = text(C.mpmeter_status_name(status)), code = status, json = json }
  C.mpmeter_diagnosis_free(pointer)
  return found
end

return M
