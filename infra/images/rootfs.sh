# Sourced by the image scripts beside it: file systems of images made from nothing, because no base
# image can be pulled everywhere.

# rootfs_java DIR MODULES: a Java runtime with these modules in DIR/opt/java.
rootfs_java() {
  rootfs_jdk=$(jdk_find 21) || { echo "no JDK 21 or newer" >&2; return 3; }
  mkdir -p "$1/opt"
  "$rootfs_jdk/bin/jlink" --add-modules "$2" --strip-debug --no-header-files --no-man-pages \
    --compress zip-6 --output "$1/opt/java"
}

# rootfs_system DIR: what the runtime in DIR needs of a system: the libraries that it is linked against,
# the resolver's, which libc loads by name, and users.
rootfs_system() {
  mkdir -p "$1/tmp" "$1/etc" "$1/proc" "$1/dev" "$1/sys" "$1/bin"
  chmod 1777 "$1/tmp"
  # Names of libraries, not the paths of this machine's links: the loader looks in /lib and /lib64.
  find "$1/opt/java" \( -name '*.so' -o -path '*/bin/java' \) -exec ldd {} + 2>/dev/null |
    awk '$2 == "=>" && $3 ~ /^\// { print $3 } $1 ~ /^\/.*ld-linux/ { print $1 }' | sort -u |
    grep -v "^$(cd "$1" && pwd)" |
    while read -r rootfs_library; do
      case $rootfs_library in
        */ld-linux*) rootfs_to=$1$(dirname "$rootfs_library") ;;
        *) rootfs_to=$1/lib/$(uname -m)-linux-gnu ;;
      esac
      mkdir -p "$rootfs_to"
      cp -L "$rootfs_library" "$rootfs_to/"
    done
  rootfs_libraries "$1" libnss_files.so.2 libnss_dns.so.2 libresolv.so.2
  printf 'kafka:x:1000:1000:kafka:/tmp:/sbin/nologin\napp:x:65532:65532:app:/tmp:/sbin/nologin\n' >"$1/etc/passwd"
  printf 'kafka:x:1000:\napp:x:65532:\n' >"$1/etc/group"
  echo 'hosts: files dns' >"$1/etc/nsswitch.conf"
  # ONNX Runtime 1.29 reads it when it is loaded, before its telemetry can be switched off, and crashes
  # where it is not there. It says nothing.
  echo 00000000000000000000000000000000 >"$1/etc/machine-id"
}

# rootfs_libraries DIR NAME...: libraries of the system by name, those that there are.
rootfs_libraries() {
  rootfs_dir=$1
  shift
  for rootfs_name in "$@"; do
    # Read to its end: a reader that leaves first ends ldconfig by a signal, and pipefail the script.
    rootfs_library=$(ldconfig -p | awk -v name="$rootfs_name" '$1 == name && /x86-64|AArch64/ && !found++ { print $NF }')
    [ -z "$rootfs_library" ] || cp -L "$rootfs_library" "$rootfs_dir/lib/$(uname -m)-linux-gnu/"
  done
}
