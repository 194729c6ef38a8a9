-- Tries of passwords, each of another address, as from many machines. The credentials come from a file, one a line.

local lines = {}
for line in io.lines(os.getenv("BENCH_TRIES_FILE")) do
  lines[#lines + 1] = line
end

local number = 0

function request()
  number = number + 1
  local address = string.format("10.%d.%d.%d", math.floor(number / 65536) % 256, math.floor(number / 256) % 256, number % 256)
  return wrk.format("GET", nil, {
    ["Authorization"] = "Basic " .. lines[number % #lines + 1],
    ["X-Forwarded-For"] = address,
  })
end
