-- What needs no server: tables, bad input, closed clients, growth. Run as `luajit offline.lua PEM`; exit status 1 if
-- anything fails.
local ffi = require "ffi"
local library = require "mpmeter.library"
local mpmeter = require "mpmeter"

local PEM = assert(io.open(arg[1])):read "*a"
local TOO_LONG = ("x"):rep(100000)
local failed = 0

local function test(name, run)
  local ok, problem = xpcall(run, debug.traceback)
  print((ok and "ok   " or "FAIL ") .. name)
  if not ok then
    failed = failed + 1
    print(problem)
  end
end

local function equal(found, expected)
  if found ~= expected then error(("%s, expected %s"):format(tostring(found), tostring(expected)), 2) end
end

--- Nothing, and an error of that status.
local function refused(status, found, err)
  equal(found, nil)
  equal(err.status, status)
  assert(err.message ~= "" and err.fix ~= "" and tostring(err) == err.text and not err.text:find "[\r\n]")
end

test("the table is the library's", function()
  local C = library.load()
  equal(#mpmeter.statuses, C.mpmeter_status_count())
  for index, row in ipairs(mpmeter.statuses) do
    local status = C.mpmeter_status_at(index - 1)
    equal(row.code, status)
    equal(row.status, ffi.string(C.mpmeter_status_name(status)))
    equal(row.action, ffi.string(C.mpmeter_action_name(C.mpmeter_status_action(status))))
  end
  equal(mpmeter._VERSION, mpmeter.version())
end)

test("what Lua can say and C cannot is refused", function()
  for _, options in ipairs {
    { public_key = PEM .. "\0" }, { public_key = 1 }, { public_key = {} }, { public_key = true },
    { public_key = PEM, public_key_version = "1" }, { public_key = PEM, public_key_version = 0 },
    { public_key = PEM, public_key_version = -1 }, { public_key = PEM, public_key_version = 1.5 },
    { public_key = PEM, public_key_version = 2 ^ 31 }, { public_key = PEM, public_key_version = 0 / 0 },
    { public_key = PEM, public_key_version = 1 / 0 },
    { public_keys = PEM }, { public_keys = { PEM } },
    { public_keys = { { version = 1, pem = PEM }, { version = 1, pem = PEM } } },
    { public_key = PEM, deadline = -1 }, { public_key = PEM, deadline = 0 }, { public_key = PEM, deadline = 1e9 },
    { public_key = PEM, deadline = 0 / 0 }, { public_key = PEM, deadline = "60" },
    { public_key = PEM, minimum_key_bits = 1 }, { public_key = PEM, minimum_key_bits = "2048" },
    { public_key = PEM, region_policy = "guess" }, { public_key = PEM, region_policy = 7 },
    { public_key = PEM, trusted_products = "code" }, { public_key = PEM, trusted_products = { code = "cheap" } },
    { public_key = PEM, trusted_products = { ["a\0b"] = "paid" } },
    { public_key = PEM, trusted_products = { [7] = "paid" } }, { public_key = PEM, colour = 1 },
    { public_key = PEM, log = "stderr" }, { public_key = PEM, log = print, log_level = "loud" },
    { public_key = PEM, [1] = 1 }, { unverified_key_version = 0 },
  } do
    refused("MPMETER_E_INVALID_ARGUMENT", mpmeter.new(options))
  end
  refused("MPMETER_E_INVALID_ARGUMENT", mpmeter.new(nil))
  refused("MPMETER_E_INVALID_ARGUMENT", mpmeter.new "options")
  refused("MPMETER_E_PUBLIC_KEY", mpmeter.new {})
  refused("MPMETER_E_PUBLIC_KEY", mpmeter.new { public_key = "\255\254" .. PEM and "no key" })
end)

test("arguments of a call are checked as well", function()
  local client = assert(mpmeter.new { public_key = PEM, deadline = 1 })
  for _, code in ipairs { "", "a b", "a\0b", "\255", TOO_LONG } do
    refused("MPMETER_E_INVALID_ARGUMENT", client:register_usage(code))
  end
  refused("MPMETER_E_INVALID_ARGUMENT", client:register_usage(nil))
  refused("MPMETER_E_INVALID_ARGUMENT", client:register_usage({}))
  refused("MPMETER_E_INVALID_ARGUMENT", client:register_usage("code", { nonce = 7 }))
  refused("MPMETER_E_INVALID_ARGUMENT", client:register_usage("code", { nonce = "a\0" }))
  refused("MPMETER_E_INVALID_ARGUMENT", client:register_usage("code", { cancellation = {} }))
  refused("MPMETER_E_INVALID_ARGUMENT", client:verify(nil))
  refused("MPMETER_E_INVALID_ARGUMENT", client:verify { token = "t" })
  for _, version in ipairs { 2 ^ 40, -1, 0.5 } do
    local proof = { token = "t", product_code = "p", nonce = "n", public_key_version = version }
    refused("MPMETER_E_INVALID_ARGUMENT", client:verify(proof))
  end
  local long = { token = TOO_LONG:sub(1, 16000), product_code = "p", nonce = "n" }
  refused("MPMETER_E_TOKEN_MALFORMED", client:verify(long))
  refused("MPMETER_E_INVALID_ARGUMENT", mpmeter.endpoint(nil))
  refused("MPMETER_E_INVALID_ARGUMENT", mpmeter.endpoint "eu\0west")
  refused("MPMETER_E_INVALID_ARGUMENT", mpmeter.diagnose { public_key = PEM, product_codes = "code" })
  refused("MPMETER_E_INVALID_ARGUMENT", mpmeter.diagnose { public_key = PEM, product_codes = { 1 } })
  refused("MPMETER_E_INVALID_ARGUMENT", mpmeter.diagnose_metering { product_code = "a\0b" })
  refused("MPMETER_E_INVALID_ARGUMENT", mpmeter.diagnose_metering { journal = 1 })
  refused("MPMETER_E_INVALID_ARGUMENT", mpmeter.diagnose_metering { dimensions = "requests" })
  refused("MPMETER_E_INVALID_ARGUMENT", mpmeter.diagnose_metering { dimensions = { "a\0b" } })
end)

test("a diagnosis of metering looks at the journal and the dimensions", function()
  local found = assert(mpmeter.diagnose_metering { journal = "/missing/usage", dimensions = { "requests", "a-dash" } })
  assert(found.status ~= "MPMETER_OK")
  assert(found.json:find('"id": *"journal%-place"[^}]*"outcome": *"fail"'), found.json)
  assert(found.json:find('"id": *"dimensions"[^}]*"outcome": *"fail"'), found.json)
end)

test("a closed client says so, and closing twice is fine", function()
  local client = assert(mpmeter.new { public_key = PEM, log = print })
  client:close()
  client:close()
  refused("MPMETER_E_INVALID_ARGUMENT", client:register_usage "code")
  refused("MPMETER_E_INVALID_ARGUMENT", client:find_region())
  refused("MPMETER_E_INVALID_ARGUMENT", client:verify { token = "t", product_code = "p", nonce = "n" })
end)

test("a cancelled call ends at once", function()
  local client, cancellation = assert(mpmeter.new { public_key = PEM }), assert(mpmeter.cancellation())
  cancellation:cancel()
  cancellation:cancel()
  refused("MPMETER_E_CANCELLED", client:register_usage("code", { cancellation = cancellation }))
  refused("MPMETER_E_CANCELLED", client:find_region { cancellation = cancellation })
  refused("MPMETER_E_CANCELLED", mpmeter.diagnose { public_key = PEM, cancellation = cancellation })
end)

test("an error in a log function stops nothing, and a log function may cancel", function()
  local lines, cancellation = 0, assert(mpmeter.cancellation())
  local client = assert(mpmeter.new {
    public_key = PEM, deadline = 5, log_level = "debug",
    log = function(level, line)
      lines = lines + 1
      assert(level == "debug" or level == "info" or level == "warning")
      assert(type(line) == "string")
      cancellation:cancel()
      error "from a log function"
    end,
  })
  local found, err = client:register_usage("code", { cancellation = cancellation })
  assert(not found and (err.status == "MPMETER_E_CANCELLED" or err.status == "MPMETER_E_REGION_NOT_FOUND"), err)
  assert(lines > 0, "nothing was logged")
  client:close()
end)

test("a log function may close what calls it", function()
  local ffi = require "ffi"
  ffi.cdef "int setenv(const char *, const char *, int); int unsetenv(const char *);"
  ffi.C.setenv("AWS_REGION", "eu-west-3", 1)
  ffi.C.setenv("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://127.0.0.1:1/", 1)
  local client, lines = nil, 0
  client = assert(mpmeter.new {
    public_key = PEM, deadline = 1, log_level = "debug",
    log = function()
      lines = lines + 1
      client:close()
    end,
  })
  ffi.C.unsetenv "AWS_REGION"
  ffi.C.unsetenv "AWS_CONTAINER_CREDENTIALS_FULL_URI"
  local found, err = client:register_usage("code")
  assert(not found and err.status ~= "MPMETER_E_INVALID_ARGUMENT" and lines > 1, err)
  refused("MPMETER_E_INVALID_ARGUMENT", client:register_usage("code"))
end)

test("a meter outlives its client, and gives up the slot of its log function, opened or not", function()
  local journal = os.tmpname()
  os.remove(journal)
  local client = assert(mpmeter.new { unverified_key_version = 1, log = print })
  local meter = assert(mpmeter.meter { product_code = "code", journal = journal, client = client })
  client:close()
  assert(meter:add("requests", 1))
  meter:close()
  for _ = 1, 1000 do
    assert(mpmeter.meter { product_code = "code", journal = journal, log = print }):close()
    assert(not mpmeter.meter { product_code = "code", journal = "/dev/null", log = print })
    assert(not mpmeter.diagnose { product_codes = "none", log = print })
  end
  for _, name in ipairs { "", "-sender", "-wal", "-shm", "-journal" } do os.remove(journal .. name) end
end)

local function resident()
  local pages = assert(io.open "/proc/self/statm"):read "*a"
  return tonumber(pages:match "^%d+ (%d+)") * 4096
end

test("10,000 calls do not grow, nor do 2,000 clients with a log function", function()
  local client = assert(mpmeter.new { public_key = PEM })
  local function calls(count)
    for _ = 1, count do
      refused("MPMETER_E_TOKEN_MALFORMED", client:verify { token = "a.b.c", product_code = "p", nonce = "n" })
    end
    collectgarbage()
  end
  calls(2000)
  local before = resident()
  calls(10000)
  for _ = 1, 2000 do assert(mpmeter.new { public_key = PEM, log = print }):close() end
  collectgarbage()
  assert(resident() - before < 4 * 1024 * 1024, resident() - before)
end)

os.exit(failed == 0 and 0 or 1)
