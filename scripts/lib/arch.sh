# Shared by the scripts that build for other processors; source it after common.sh.

# unpack ARCHITECTURE FOLDER: the packages that the build links, from the suite this system runs
unpack() {
  local arch=$1 folder=$2 state=$2/apt
  [ -e "$folder/done" ] && return 0
  rm -rf "$folder"
  mkdir -p "$state/lists/partial" "$state/cache/archives/partial" "$folder/debs"
  local apt=(apt-get -qq -o "APT::Architecture=$arch" -o "APT::Architectures::=$arch" -o "Dir::State::lists=$(realpath "$state")/lists"
    -o Dir::State::status=/dev/null -o "Dir::Cache=$(realpath "$state")/cache" -o APT::Sandbox::User=root)
  "${apt[@]}" update || say "some package lists are missing; trying with the others"
  (cd "$folder/debs" && "${apt[@]}" download zlib1g zlib1g-dev libcmocka0 libcmocka-dev)
  for deb in "$folder"/debs/*.deb; do dpkg-deb -x "$deb" "$folder"; done
  touch "$folder/done"
}

# prepare ARCHITECTURE: a toolchain file, build/arch/ARCHITECTURE/toolchain.cmake, and what pkg-config is to find; sets
# `run`, what runs a program of it, divided by semicolons.
prepare() {
  local arch=$1 triplet machine emulator multi folder=build/arch/$1
  case $arch in
    arm64) triplet=aarch64-linux-gnu machine=aarch64 emulator=qemu-aarch64-static multi=aarch64-linux-gnu ;;
    s390x) triplet=s390x-linux-gnu machine=s390x emulator=qemu-s390x-static multi=s390x-linux-gnu ;;
    i386) triplet=i686-linux-gnu machine=i686 emulator=qemu-i386-static multi=i386-linux-gnu ;;
    *) die "unknown architecture '$arch' (arm64, i386, s390x)" ;;
  esac
  need_packages "g++-$triplet" qemu-user-static
  mkdir -p "$folder"
  unpack "$arch" "$folder/root"
  local root
  root=$(realpath "$folder/root")
  local libraries=$root/lib/$multi:$root/usr/lib/$multi loader=/usr/$triplet/lib/ld-linux.so.2
  run="$emulator;-L;/usr/$triplet;-E;LD_LIBRARY_PATH=$libraries"
  if [ "$arch" = i386 ] && [ "$(uname -m)" = x86_64 ] && "$loader" --help >/dev/null 2>&1; then
    run="$loader;--library-path;$libraries:/usr/$triplet/lib"
  fi
  cat >"$folder/toolchain.cmake" <<END
set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_SYSTEM_PROCESSOR $machine)
set(CMAKE_C_COMPILER $triplet-gcc)
set(CMAKE_CXX_COMPILER $triplet-g++)
set(CMAKE_CROSSCOMPILING_EMULATOR "$run")
set(ZLIB_INCLUDE_DIR "$root/usr/include")
set(ZLIB_LIBRARY "$root/lib/$multi/libz.so.1")
set(CMAKE_SHARED_LINKER_FLAGS_INIT "-L$root/lib/$multi -L$root/usr/lib/$multi -Wl,-rpath-link,$root/lib/$multi")
set(CMAKE_EXE_LINKER_FLAGS_INIT "-L$root/lib/$multi -L$root/usr/lib/$multi -Wl,-rpath-link,$root/lib/$multi")
END
  export PKG_CONFIG_LIBDIR=$root/usr/lib/$multi/pkgconfig:$root/usr/share/pkgconfig PKG_CONFIG_SYSROOT_DIR=$root
}
