# Sourced by the image scripts beside it: file systems of images made from nothing, because no base
# image can be pulled everywhere. Where one can, VERILLM_BASE_IMAGE names it by digest.

# rootfs_jre DIR MODULES: a Java runtime with these modules in DIR/opt/java, and the libraries of the
# system that it is linked against.
rootfs_jre() {
  rootfs_jdk=$(jdk_find 21) || { echo "no JDK 21 or newer" >&2; return 3; }
  mkdir -p "$1/opt" "$1/tmp" "$1/etc" "$1/proc" "$1/dev" "$1/sys" "$1/bin"
  chmod 1777 "$1/tmp"
  "$rootfs_jdk/bin/jlink" --add-modules "$2" --strip-debug --no-header-files --no-man-pages \
    --compress zip-6 --output "$1/opt/java" || return
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
  echo 'app:x:1000:1000:app:/tmp:/sbin/nologin' >"$1/etc/passwd"
  echo 'app:x:1000:' >"$1/etc/group"
  echo 'hosts: files dns' >"$1/etc/nsswitch.conf"
}

# rootfs_libc DIR: the resolver libraries that libc loads by name.
rootfs_libc() {
  rootfs_libraries "$1" libnss_files.so.2 libnss_dns.so.2 libresolv.so.2
}

# rootfs_libraries DIR NAME...: libraries of the system by name, those that there are.
rootfs_libraries() {
  rootfs_dir=$1
  shift
  for rootfs_name in "$@"; do
    rootfs_library=$(ldconfig -p | awk -v name="$rootfs_name" '$1 == name && /x86-64|AArch64/ { print $NF; exit }')
    [ -z "$rootfs_library" ] || cp -L "$rootfs_library" "$rootfs_dir/lib/$(uname -m)-linux-gnu/"
  done
}
