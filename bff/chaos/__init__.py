"""What shoppers get when something fails: said as data, and proven over real sockets.

`cells` and `expected` are the statement, pure and complete: for each source, each fault and each
state of the cache. `running` is the proof: a service on its production transport, whose embedded
upstreams fail that way.
"""
