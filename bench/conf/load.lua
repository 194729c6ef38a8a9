-- Requests as Trino's clients send them, over and over. They come from a file, so that no credential is in the list of
-- processes: one a line, method, path, credential and body with tabs between them.
-- One request is built once, and wrk's own cost stays small. Of several each is built once and they take turns.

wrk.headers["User-Agent"] = "trino-cli/476"
wrk.headers["Accept-Encoding"] = os.getenv("BENCH_ACCEPT_ENCODING")
wrk.headers["X-Trino-User"] = "mallory" -- clients do send a user; a gateway has to take it out

local lines = {}
for line in io.lines(os.getenv("BENCH_REQUESTS_FILE")) do
  lines[#lines + 1] = line
end

local function parse(line)
  local method, path, credential, body = line:match("^([^\t]*)\t([^\t]*)\t([^\t]*)\t(.*)$")
  return method, path, credential, body ~= "" and body or nil
end

if #lines == 1 then
  wrk.method, wrk.path, wrk.headers["Authorization"], wrk.body = parse(lines[1])
else
  local requests, number

  local function build()
    requests, number = {}, 0
    for i, line in ipairs(lines) do
      local method, path, credential, body = parse(line)
      wrk.headers["Authorization"] = credential
      requests[i] = wrk.format(method, path, nil, body)
    end
  end

  function request()
    if not requests then
      build()
    end
    number = number % #requests + 1
    return requests[number]
  end
end

function done(summary, latency, requests)
  local file = assert(io.open(os.getenv("BENCH_RESULT_FILE"), "w"))
  file:write(string.format(
    '{"requests":%d,"microseconds":%d,"bytes":%d,"p50":%d,"p99":%d,' ..
    '"errors":{"status":%d,"connect":%d,"read":%d,"write":%d,"timeout":%d}}\n',
    summary.requests, summary.duration, summary.bytes,
    latency:percentile(50), latency:percentile(99),
    summary.errors.status, summary.errors.connect, summary.errors.read,
    summary.errors.write, summary.errors.timeout))
  file:close()
end
