-- Sends METHOD PATH BODY; where {n} stands in them, ever new numbers from FIRST on, and again after COUNT of them.
-- At the end the figures are written as one line of JSON.

function init(args)
  wrk.method, wrk.body = args[1], args[3] ~= "" and args[3] or nil
  local path, body, first, count, sent = args[2], args[3], tonumber(args[4]), tonumber(args[5]), 0
  if (path .. body):find("{n}", 1, true) then
    request = function()
      local n = string.format("%d", first + sent % count)
      sent = sent + 1
      return wrk.format(nil, (path:gsub("{n}", n)), nil, (body:gsub("{n}", n)))
    end
  end
end

function done(summary, latency)
  local failed = summary.errors
  io.write(string.format('{"requests": %d, "seconds": %f, "p50": %f, "p95": %f, "refused": %d, "broken": %d}\n',
    summary.requests, summary.duration / 1e6, latency:percentile(50) / 1e3, latency:percentile(95) / 1e3,
    failed.status, failed.connect + failed.read + failed.write + failed.timeout))
end
