# Sourced by ../../../../verillm and ../../../../mvnw: finds a JDK without starting one where possible.
# POSIX sh; every name begins with jdk_ so that a caller's variables stay its own.

# jdk_version HOME: prints the feature release (21, 25, ...) of the JDK there; fails where there is none.
jdk_version() {
  [ -x "$1/bin/java" ] && [ -x "$1/bin/javac" ] || return 1
  jdk_text=
  if [ -r "$1/release" ]; then
    # Read by the shell itself: this runs on every start, and a process costs milliseconds.
    while IFS='="' read -r jdk_key jdk_plain jdk_quoted jdk_rest; do
      [ "$jdk_key" != JAVA_VERSION ] || jdk_text=${jdk_plain:-$jdk_quoted}
    done <"$1/release"
  fi
  if [ -z "$jdk_text" ]; then
    jdk_text=$("$1/bin/java" -version 2>&1 |
      sed -n 's/^[a-z]* version "\([0-9][0-9.]*\).*/\1/p' | head -n 1)
  fi
  jdk_text=${jdk_text#1.}
  jdk_text=${jdk_text%%.*}
  [ -n "$jdk_text" ] && echo "$jdk_text"
}

# jdk_real FILE: the file behind any number of symbolic links.
jdk_real() {
  jdk_file=$1
  while [ -h "$jdk_file" ]; do
    jdk_link=$(readlink "$jdk_file")
    case $jdk_link in
      /*) jdk_file=$jdk_link ;;
      *) jdk_file=$(dirname "$jdk_file")/$jdk_link ;;
    esac
  done
  (cd "$(dirname "$jdk_file")" && echo "$(pwd -P)/$(basename "$jdk_file")")
}

# jdk_find MIN: prints the home of the first JDK of at least that release; fails where there is none.
# JAVA_HOME first, then the java on PATH, then the folders where installers put JDKs.
jdk_find() {
  jdk_on_path=
  if command -v java >/dev/null 2>&1; then
    jdk_on_path=$(dirname "$(dirname "$(jdk_real "$(command -v java)")")")
  fi
  for jdk_home in "${JAVA_HOME:-}" "$jdk_on_path" \
    /usr/lib/jvm/* /usr/lib64/jvm/* /usr/java/* /opt/java/* /opt/jdk* \
    /Library/Java/JavaVirtualMachines/*/Contents/Home \
    "${HOME:-}"/Library/Java/JavaVirtualMachines/*/Contents/Home \
    /opt/homebrew/opt/openjdk*/libexec/openjdk.jdk/Contents/Home \
    /usr/local/opt/openjdk*/libexec/openjdk.jdk/Contents/Home \
    "${HOME:-}"/.sdkman/candidates/java/* "${HOME:-}"/.jdks/* "${HOME:-}"/.jdks/*/Contents/Home \
    "${HOME:-}"/.local/share/mise/installs/java/* "${HOME:-}"/.asdf/installs/java/*; do
    [ -n "$jdk_home" ] || continue
    jdk_found=$(jdk_version "$jdk_home") || continue
    if [ "$jdk_found" -ge "$1" ] 2>/dev/null; then
      echo "$jdk_home"
      return 0
    fi
  done
  return 1
}
