-- A meter in the sandbox: what is added is sent, and what is wrong is refused. Run as `luajit metering.lua JOURNAL`.
local mpmeter = require "mpmeter"

local product = os.getenv "MPMETER_SANDBOX_PRODUCT_CODE"

local function refused(status, found, err)
  assert(found == nil and err.status == status, err and err.text or "it was accepted")
end

refused("MPMETER_E_INVALID_ARGUMENT", mpmeter.meter(nil))
refused("MPMETER_E_INVALID_ARGUMENT", mpmeter.meter { product_code = product })
refused("MPMETER_E_INVALID_ARGUMENT", mpmeter.meter { product_code = product, journal = "a\0b" })
refused("MPMETER_E_JOURNAL", mpmeter.meter { product_code = product, journal = "/nonexistent/journal" })

local meter = assert(mpmeter.meter { product_code = product, journal = arg[1], deadline = 30 })
assert(meter:check "requests")
assert(meter:add("requests", 17))
assert(meter:add("requests", "0.25"))
assert(meter:add("storage", 3, { team = "one", stage = "test" }))
for _, quantity in ipairs { -1, 0.5, 1 / 0, "", "x", "1\0", true } do
  refused("MPMETER_E_INVALID_ARGUMENT", meter:add("requests", quantity))
end
refused("MPMETER_E_INVALID_ARGUMENT", meter:add(nil, 1))
refused("MPMETER_E_INVALID_ARGUMENT", meter:add("requests", 1, "tags"))
refused("MPMETER_E_INVALID_ARGUMENT", meter:add("requests", 1, { a = 1 }))
assert(type(meter:next_due()) == "number")
assert(meter:report():find('"17.25"', 1, true), meter:report())
assert(meter:send { final = true })
assert(meter:report():find("record_id", 1, true), meter:report())
meter:close()
meter:close()
refused("MPMETER_E_INVALID_ARGUMENT", meter:add("requests", 1))
refused("MPMETER_E_INVALID_ARGUMENT", meter:send())
print "metered"
