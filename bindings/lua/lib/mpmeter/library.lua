-- Decides which libmpmeter is loaded: the one of this rock, else the file that MPMETER_LIBRARY names, else the
-- system's. A variable never takes the place of the rock's own: the environment is the buyer's, and whoever chooses the
-- library chooses the answer.

local ffi = require "ffi"

local M = {}

local SONAME = "libmpmeter.so.1"
local VARIABLE = "MPMETER_LIBRARY"
-- Before 1.0 a minor version may change the interface, so it has to be the same.
local MAJOR, MINOR = 0, 1
local MACHINES = { x64 = "x86_64", arm64 = "aarch64" }

local loaded

--- The files of this rock that fit the machine: one for glibc and one for musl, of which the wrong one does not load.
local function own()
  local found = {}
  for _, libc in ipairs { "gnu", "musl" } do
    local name = ("mpmeter.native.%s-linux-%s.libmpmeter"):format(MACHINES[ffi.arch] or ffi.arch, libc)
    local path = package.searchpath(name, package.cpath)
    if path then found[#found + 1] = path end
  end
  return found
end

local function places()
  local found = own()
  if #found > 0 then return found end
  local named = os.getenv(VARIABLE)
  return { named and named ~= "" and named or SONAME }
end

local function fitting(place)
  local C = ffi.load(place)
  local number = C.mpmeter_version_number()
  local major, minor = bit.rshift(number, 16), bit.band(bit.rshift(number, 8), 0xff)
  if major ~= MAJOR or minor ~= MINOR then
    error(("%s is version %d.%d, and this module needs %d.%d"):format(place, major, minor, MAJOR, MINOR), 0)
  end
  return C
end

--- The library. Raises an error that names what was tried.
function M.load()
  if loaded then return loaded end
  pcall(ffi.cdef, require "mpmeter.cdef") -- Whatever was declared before, by this module or another, fails here.
  local tried = {}
  for _, place in ipairs(places()) do
    local ok, found = pcall(fitting, place)
    if ok then
      loaded = found
      return loaded
    end
    tried[#tried + 1] = tostring(found)
  end
  error("libmpmeter cannot be loaded. Tried: " .. table.concat(tried, "; ") ..
        ". Install the rock, which holds the library, or libmpmeter itself, or name its file in " .. VARIABLE .. ".", 0)
end

return M
