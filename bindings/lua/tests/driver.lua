-- The conformance driver of the Lua binding: performs one case of cases.json and prints what came of it. See
-- bindings/conformance.
local cjson = require "cjson"
local ffi = require "ffi"
local mpmeter = require "mpmeter"

local null = cjson.null

--- `$NAME` is the environment variable; anything else is itself.
local function text(value)
  if type(value) ~= "string" or value:sub(1, 1) ~= "$" then return value end
  local found = assert(os.getenv(value:sub(2)), value)
  return found
end

local function content(path)
  local file = assert(io.open(path, "rb"))
  local all = file:read "*a"
  file:close()
  return all
end

local function given(options)
  local chosen = { log = function(level, line) io.stderr:write(level, " ", line, "\n") end, log_level = "debug" }
  local others = { public_keys = true, deadline_ms = true, cancel_after_ms = true }
  for name, value in pairs(options) do -- Every other option is the client's own, under the same name.
    if not others[name] then chosen[name] = value end
  end
  chosen.deadline = options.deadline_ms and options.deadline_ms / 1000
  chosen.public_keys = {}
  for index, key in ipairs(options.public_keys or {}) do
    local pem = key.file and content(text(key.file)) or text(key.pem)
    chosen.public_keys[index] = { version = tonumber(text(key.version)), pem = pem }
  end
  return chosen
end

--- Cancels from a thread of the C library's, which a timer starts: LuaJIT has none of its own.
local function cancel_after(cancellation, milliseconds)
  if milliseconds == 0 then return cancellation:cancel() end
  ffi.cdef [[
    typedef struct {
      void *value; int signo; int notify; void (*function)(void *); void *attributes; char rest[32];
    } driver_event;
    typedef struct { long interval[2]; long value[2]; } driver_time;
    int timer_create(int clock, driver_event *event, void **timer);
    int timer_settime(void *timer, int flags, const driver_time *time, driver_time *old);
    void mpmeter_cancellation_cancel(mpmeter_cancellation *cancellation);
  ]]
  local event, timer, time = ffi.new "driver_event", ffi.new "void *[1]", ffi.new "driver_time"
  local library = require("mpmeter.library").load()
  event.value = cancellation:pointer()
  event.notify = 2 -- SIGEV_THREAD
  event["function"] = ffi.cast("void (*)(void *)", library.mpmeter_cancellation_cancel)
  time.value[0], time.value[1] = math.floor(milliseconds / 1000), milliseconds % 1000 * 1000000
  assert(ffi.C.timer_create(1, event, timer) == 0 and ffi.C.timer_settime(timer[0], 0, time, nil) == 0)
end

local function milliseconds(seconds) return math.floor(seconds * 1000 + 0.5) end

local function registration(found)
  local printed = {}
  for _, name in ipairs {
    "product_code", "product_kind", "public_key_version", "nonce", "verified", "signature", "public_key_rotation",
    "issued_at", "region", "region_source", "credentials_source", "platform", "request_id", "attempts",
  } do
    printed[name] = found[name] == nil and null or found[name]
  end
  printed.elapsed_ms = milliseconds(found.elapsed)
  return printed
end

local functions = {}

function functions.endpoint(arguments)
  local kinds = {}
  for _, kind in ipairs(arguments.kinds) do kinds[kind] = true end
  local url, err = mpmeter.endpoint(text(arguments.region), kinds)
  return url and { endpoint = url }, err
end

function functions.version() return { version = mpmeter.version() } end

function functions.diagnose(arguments, options)
  local chosen = given(options)
  chosen.product_codes, chosen.register = { text(arguments.product_code) }, arguments.register
  chosen.cancellation = mpmeter.cancellation()
  if options.cancel_after_ms then cancel_after(chosen.cancellation, options.cancel_after_ms) end
  local found, err = mpmeter.diagnose(chosen)
  if not found then return nil, err end
  local report = cjson.decode(found.json)
  return { verdict = found.status, first_failure = report.first_failure, checks = #report.checks }
end

local function with_client(use)
  return function(arguments, options)
    local client, err = mpmeter.new(given(options))
    if not client then return nil, err end
    local cancellation = mpmeter.cancellation()
    if options.cancel_after_ms then cancel_after(cancellation, options.cancel_after_ms) end
    return use(client, arguments, cancellation)
  end
end

functions.find_region = with_client(function(client, _, cancellation)
  return client:find_region { cancellation = cancellation }
end)

functions.verify = with_client(function(client, arguments)
  local found, err = client:verify {
    token = text(arguments.token), product_code = text(arguments.product_code), nonce = text(arguments.nonce),
    public_key_version = arguments.public_key_version,
  }
  return found and registration(found), err
end)

functions.register_usage = with_client(function(client, arguments, cancellation)
  local chosen = { nonce = text(arguments.nonce), cancellation = cancellation }
  local found, err = client:register_usage(text(arguments.product_code), chosen)
  return found and registration(found), err
end)

functions.register_usage_twice = with_client(function(client, arguments, cancellation)
  local chosen = { nonce = text(arguments.nonce), cancellation = cancellation }
  client:register_usage(text(arguments.product_code), chosen)
  local found, err = client:register_usage(text(arguments.product_code), chosen)
  return found and registration(found), err
end)

-- What an empty list is printed as: this cjson would write an object.
local EMPTY = "an empty list"

local function entries(rows)
  local found = {}
  for index, row in ipairs(rows) do found[index] = row.dimension .. "=" .. row.quantity end
  table.sort(found)
  return #found > 0 and found or EMPTY
end

local steps = {}

function steps.check(meter, step, cancellation) return meter:check(step.dimension, { cancellation = cancellation }) end

function steps.add(meter, step) return meter:add(step.dimension, step.quantity, step.tags) end

function steps.send(meter, step, cancellation)
  return meter:send { final = step.final, cancellation = cancellation }
end

function steps.next_due(meter, _, _, found)
  local due, err = meter:next_due()
  if due then found.due = due == 0 end
  return due, err
end

function steps.report(meter, _, _, found)
  local json, err = meter:report()
  if not json then return nil, err end
  local books = cjson.decode(json)
  found.pending, found.held, found.sent = entries(books.pending), entries(books.held), entries(books.sent)
  return true
end

--- Performs the steps of a meter. What is printed comes with an error, too.
functions.meter = with_client(function(client, arguments, cancellation)
  local found = { steps = 0 }
  local chosen = { client = client, product_code = text(arguments.product_code), journal = arguments.journal }
  for _, flag in ipairs(arguments.flags or {}) do chosen[flag] = true end
  local meter, err = mpmeter.meter(chosen)
  if not meter then return found, err end
  for _, step in ipairs(arguments.steps) do
    local done, problem = steps[step.step](meter, step, cancellation, found)
    if not done then return found, problem end
    found.steps = found.steps + 1
  end
  return found
end)

local function perform(case)
  local found, err = functions[case.call["function"]](case.call.arguments, case.options)
  if err then
    found = found or {}
    found.elapsed_ms = milliseconds(err.elapsed or 0)
    for _, name in ipairs {
      "status", "code", "action", "message", "fix", "text", "region", "region_source", "credentials_source", "platform",
      "request_id", "aws_type", "http_status", "attempts",
    } do
      found[name] = err[name] == nil and null or err[name]
    end
    found.error_type = err.status
    return found
  end
  if functions[case.call["function"]] == functions.find_region then
    found = {
      region = found.name, region_source = found.source, platform = found.platform, supported = found.supported,
    }
  end
  found.status, found.code, found.action, found.fix, found.error_type = "MPMETER_OK", 0, "proceed", "", null
  found.message = "The call succeeded."
  return found
end

local function statuses()
  local rows = {}
  for index, row in ipairs(mpmeter.statuses) do
    local error_type = index > 1 and row.status or null
    rows[index] = { status = row.status, code = row.code, action = row.action, error_type = error_type }
  end
  return rows
end

local printed = cjson.encode(arg[1] == "--statuses" and statuses() or perform(cjson.decode(content(arg[1]))))
print((printed:gsub('"' .. EMPTY .. '"', "[]")))
