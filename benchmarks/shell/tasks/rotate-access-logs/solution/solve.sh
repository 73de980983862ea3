#!/bin/bash
set -euo pipefail
cat > /app/rotate.sh <<'S'
#!/bin/bash
set -euo pipefail
shopt -s nullglob

dir=${1:?usage: rotate.sh DIR KEEP}
keep=${2:?usage: rotate.sh DIR KEEP}
if [[ ! -d $dir ]]; then
  printf 'rotate.sh: %s: not a folder\n' "$dir" >&2
  exit 1
fi
cd -- "$dir"

for log in ./*.log; do
  [[ -f $log && ! -L $log && -s $log ]] || continue
  numbers=()
  for file in "$log".*; do
    suffix=${file#"$log".}
    if [[ $suffix =~ ^([1-9][0-9]*)(\.gz)?$ && -f $file && ! -L $file ]]; then numbers+=("${BASH_REMATCH[1]}"); fi
  done
  while read -r n; do
    [[ -n $n ]] || continue
    next=$((n + 1))
    if ((next > keep)); then
      rm -f -- "$log.$n" "$log.$n.gz"
    elif [[ -f $log.$n.gz ]]; then
      mv -- "$log.$n.gz" "$log.$next.gz"
    else
      mv -- "$log.$n" "$log.$next"
      gzip -- "$log.$next"
    fi
  done < <(printf '%s\n' ${numbers[@]+"${numbers[@]}"} | sort -rn)
  mode=$(stat -c %a -- "$log")
  mv -- "$log" "$log.1"
  : > "$log"
  chmod "$mode" -- "$log"
done
S
rm -rf /tmp/try && cp -r /app/sample /tmp/try && bash /app/rotate.sh /tmp/try 3 && rm -r /tmp/try
