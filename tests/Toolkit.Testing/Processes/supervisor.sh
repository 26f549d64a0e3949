# Runs a test server and outlives the test process, so that nothing is left behind when that one is killed with -9.
#
#   sh supervisor.sh FOLDER
#
# Standard input is a pipe whose other end only the test process holds. Each line on it starts FOLDER/run.sh in a session
# of its own; the end of the file, however it came about, kills whatever runs and deletes the folder.
# Standard output: "ready", "started PID", "exited PID CODE".
folder=$1
mkdir -p "$folder" && chmod 700 "$folder" || exit 1
exec 3<&0 </dev/null 2>>"$folder/server.log"
echo ready

run() {
    cd "$folder" || exit 1
    # The marker finds the processes that left the session (the Erlang VM's port programs do).
    TOOLKIT_TEST_SERVER="$folder" setsid sh "$folder/run.sh" >>"$folder/server.log" 2>&1 &
    pid=$!
    echo "$pid" >"$folder/pid"
    echo "started $pid"
    wait "$pid"
    code=$?
    kill -s KILL -- "-$pid" 2>/dev/null
    rm -f "$folder/pid"
    echo "exited $pid $code"
}

while read -r _ <&3; do
    run 3<&- &
done

attempts=0
while [ "$attempts" -lt 100 ]; do
    [ -f "$folder/pid" ] && kill -s KILL -- "-$(cat "$folder/pid")" 2>/dev/null
    left=$(grep -lszFx "TOOLKIT_TEST_SERVER=$folder" /proc/[0-9]*/environ 2>/dev/null)
    for environ in $left; do
        process=${environ#/proc/}
        kill -s KILL "${process%/environ}" 2>/dev/null
    done
    [ -z "$left" ] && rm -rf "$folder" 2>/dev/null && [ ! -e "$folder" ] && exit 0
    attempts=$((attempts + 1))
    sleep 0.05
done
exit 1
