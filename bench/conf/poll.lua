-- One poll, as Trino's clients send it, over and over. The request is built once: wrk's own cost stays small.
-- The credential comes from a file, so that it's in no process list.

local function read(name)
  local file = assert(io.open(os.getenv(name), "r"))
  local text = file:read("*a")
  file:close()
  return text
end

wrk.method = "GET"
wrk.headers["Authorization"] = read("BENCH_CREDENTIAL_FILE")
wrk.headers["User-Agent"] = "trino-cli/476"
wrk.headers["Accept-Encoding"] = os.getenv("BENCH_ACCEPT_ENCODING")
wrk.headers["X-Trino-User"] = "mallory" -- clients do send a user; a gateway has to take it out

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
