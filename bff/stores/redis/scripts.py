"""What Redis runs by itself, in one step each, so that no two processes come between.

The scripts are sent whole each time: they are short, and a server that was restarted or failed
over needs no second round trip to learn them.
"""

# KEYS: the log's state (hash), its marks (sorted set, tag -> position), what is known of each
# mark (hash, tag -> "gone version changed_at marked_at").
# ARGV: the caller's cursor, the newest position it knows, its instant, the news channel.
#
# A position has 16 digits: doubles hold it exactly, but Lua would write it rounded.
_OPEN = """
local log, marks, about = KEYS[1], KEYS[2], KEYS[3]
local cursor, known, now, channel = tonumber(ARGV[1]), tonumber(ARGV[2]), ARGV[3], ARGV[4]
local function digits(number) return string.format('%.0f', number) end
local function micros()
  local time = redis.call('TIME')
  return tonumber(time[1]) * 1000000 + tonumber(time[2])
end
local function keep(tag, position, told)
  redis.call('ZADD', marks, digits(position), tag)
  redis.call('HSET', about, tag, told)
end
local function tell(before, last, news)
  redis.call('PUBLISH', channel, cjson.encode({digits(before), digits(last), news}))
end
local run = '-'
local info = redis.pcall('INFO', 'server')
if type(info) == 'string' then run = string.match(info, 'run_id:(%w+)') or '-' end
local function size() return redis.call('ZCARD', marks) .. ' ' .. redis.call('HLEN', about) end
local function save(last)
  redis.call('HSET', log, 'run', run, 'last', digits(last), 'size', size())
end
local state = redis.call('HMGET', log, 'run', 'last', 'size')
local last, lost = tonumber(state[2] or '0'), 0
if state[1] ~= run or cursor > last or state[3] ~= size() then
  local before, told = last, '0 - - ' .. now
  lost = 1
  last = math.max(last, cursor, known, micros()) + 1
  redis.call('UNLINK', marks, about)
  keep('*', last, told)
  save(last)
  tell(before, last, {{'*', digits(last), told}})
elseif known > last then
  last = known
  save(last)
end
"""

NEWS = (
    _OPEN
    + """
local page = tonumber(ARGV[5])
local found = redis.call(
  'ZRANGEBYSCORE', marks, '(' .. ARGV[1], '+inf', 'WITHSCORES', 'LIMIT', 0, page)
local tags = {}
for i = 1, #found, 2 do tags[#tags + 1] = found[i] end
local told = {}
if #tags > 0 then told = redis.call('HMGET', about, unpack(tags)) end
return {digits(last), lost, found, told}
"""
)
"""The marks behind a cursor, at most a page of them (ARGV 5), the oldest first.

Returns the newest position, whether this very call found that the log was lost, tags with
positions, and what is known of each. It is lost after a flush, with another server, with one that
was restarted (it may have forgotten its last marks), with positions that went back, and if a part
of it is missing (a server that evicts any key when it is full). Then it begins anew with a mark
on everything, above all that the caller knows; once, whoever notices first.
"""

MARK = (
    _OPEN
    + """
local before, news = last, {}
last = math.max(last, micros() - 1)
for i = 7, #ARGV, 2 do
  local tag, told = ARGV[i], ARGV[i + 1]
  local gone, version, rest = string.match(told, '^(%d) (%S+) (.+)$')
  local old = redis.call('HGET', about, tag)
  local old_gone, old_version = string.match(old or '', '^(%d) (%S+) ')
  if old and gone == '0' and old_gone == '0' and old_version ~= '-' and (version == '-'
      or #old_version > #version or (#old_version == #version and old_version > version)) then
    told = gone .. ' ' .. old_version .. ' ' .. rest
  end
  last = last + 1
  keep(tag, last, told)
  news[#news + 1] = {tag, digits(last), told}
end
tell(before, last, news)
local floor = 0
local function drop(found)
  for i = 1, #found, 2 do
    if found[i] ~= '*' then
      redis.call('ZREM', marks, found[i])
      redis.call('HDEL', about, found[i])
    end
    floor = math.max(floor, tonumber(found[i + 1]))
  end
end
local some = #ARGV + 100
drop(redis.call('ZRANGEBYSCORE', marks, '-inf', '(' .. digits(micros() - tonumber(ARGV[5])),
  'WITHSCORES', 'LIMIT', 0, some))
local over = redis.call('ZCARD', marks) - tonumber(ARGV[6])
if over > 0 then
  drop(redis.call('ZRANGE', marks, 0, math.min(over, some) - 1, 'WITHSCORES'))
end
if floor > tonumber(redis.call('ZSCORE', marks, '*') or '0') then
  keep('*', floor, '0 - - ' .. now)
end
save(last)
return {digits(before), digits(last), lost, news}
"""
)
"""Give each tag the next position, and tell everybody.

ARGV 5: after how many microseconds marks may be dropped, 6: how many there may be, then
tags, each with what is known of it. What is dropped leaves a mark on everything at its
position: entries as old as that are void. Marking a tag again moves its mark; of the versions
that were told of a document the highest stays, in whatever order they came.

Returns the position before and the newest one, whether the log was found lost, and the marks as
they were stored.
"""

KEEP = """
local old = redis.call('GETRANGE', KEYS[1], 0, 31)
if old ~= '' and old > string.sub(ARGV[1], 1, 32) then return 0 end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 1
"""
"""Keep an entry unless a newer one is there: its first 32 bytes tell (see `entries`)."""

GIVE_BACK = """
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
redis.call('DEL', KEYS[1])
redis.call('PUBLISH', ARGV[2], ARGV[3])
return 1
"""
"""Give back a lease that is still one's own, and tell who waits for it."""

RENEW = """
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('PEXPIRE', KEYS[1], ARGV[2])
"""
"""Let a lease that is still one's own last for so many milliseconds from now."""

LISTED = """
local list = redis.call('GET', KEYS[1])
if not list then return {} end
local keys = {}
for key in string.gmatch(list, '[^\\n]+') do keys[#keys + 1] = ARGV[1] .. key end
return {list, redis.call('MGET', unpack(keys))}
"""
"""What is kept under the keys of a list, with the list: one key a line, each after ARGV 1.

These keys are read without being announced, which a cluster does not allow.
"""
