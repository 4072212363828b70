# Runs the server in the folder $1 from the programs in $2 on the port $3, as long as a test uses it.
#
# Every test process holds a shared lock on `users`, so an exclusive one is had only when none is left. The lock on
# `gate` keeps new ones out meanwhile. Nothing but the two lock files stays behind.
cd "$1" || exit 1
"$2/postgres" -D data -p "$3" >log 2>&1 &
server=$!
end='flock --nonblock users true || exit 1
rm -f port
kill -INT "$0"
for try in $(seq 200); do [ -e data/postmaster.pid ] || break; sleep 0.05; done
rm -rf data tls log password'
while :; do
    flock users true
    sleep 2
    flock gate sh -c "$end" "$server" && break
done
wait "$server"
