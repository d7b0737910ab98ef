//! seccomp: the system calls that a child needs, by name and where it matters by argument; any other fails with EPERM.

use std::collections::BTreeMap;

use seccompiler::{
    BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter, SeccompRule,
};

type Rules = BTreeMap<i64, Vec<SeccompRule>>;

/// What any child needs: to read what Landlock lets it open, to have memory, threads and a clock, and to end.
const COMMON: &[i64] = &[
    libc::SYS_read,
    libc::SYS_readv,
    libc::SYS_pread64,
    libc::SYS_preadv,
    libc::SYS_write,
    libc::SYS_writev,
    libc::SYS_lseek,
    libc::SYS_close,
    libc::SYS_openat,
    libc::SYS_fstat,
    libc::SYS_statx,
    libc::SYS_newfstatat,
    libc::SYS_faccessat,
    libc::SYS_faccessat2,
    libc::SYS_readlinkat,
    libc::SYS_getdents64,
    libc::SYS_getcwd,
    libc::SYS_fadvise64,
    libc::SYS_dup,
    libc::SYS_ppoll,
    libc::SYS_munmap,
    libc::SYS_mremap,
    libc::SYS_madvise,
    libc::SYS_brk,
    libc::SYS_futex,
    libc::SYS_sched_yield,
    libc::SYS_sched_getaffinity,
    libc::SYS_set_robust_list,
    libc::SYS_rseq,
    libc::SYS_gettid,
    libc::SYS_getpid,
    libc::SYS_getuid,
    libc::SYS_geteuid,
    libc::SYS_getgid,
    libc::SYS_getegid,
    libc::SYS_rt_sigaction,
    libc::SYS_rt_sigprocmask,
    libc::SYS_rt_sigreturn,
    libc::SYS_sigaltstack,
    libc::SYS_restart_syscall,
    libc::SYS_clock_gettime,
    libc::SYS_clock_nanosleep,
    libc::SYS_nanosleep,
    libc::SYS_getrandom,
    libc::SYS_uname,
    libc::SYS_sysinfo,
    libc::SYS_membarrier,
    // Answered with "there is none" by a filter of its own, so that libc takes the one whose arguments can be seen.
    libc::SYS_clone3,
    libc::SYS_exit,
    libc::SYS_exit_group,
];

/// The same under the names that came first.
#[cfg(target_arch = "x86_64")]
const OLD: &[i64] = &[
    libc::SYS_open,
    libc::SYS_stat,
    libc::SYS_lstat,
    libc::SYS_access,
    libc::SYS_readlink,
    libc::SYS_poll,
    libc::SYS_gettimeofday,
    libc::SYS_time,
];
#[cfg(not(target_arch = "x86_64"))]
const OLD: &[i64] = &[];

/// What a clone needs besides: to talk with what Landlock and the resolver let through, and to write files. Nothing that
/// changes the mode, the owner or the times of one, which Landlock closes for no file.
const NETWORK: &[i64] = &[
    libc::SYS_connect,
    libc::SYS_getsockname,
    libc::SYS_getpeername,
    libc::SYS_getsockopt,
    libc::SYS_setsockopt,
    libc::SYS_sendto,
    libc::SYS_sendmsg,
    libc::SYS_sendmmsg,
    libc::SYS_recvfrom,
    libc::SYS_recvmsg,
    libc::SYS_shutdown,
    libc::SYS_epoll_create1,
    libc::SYS_epoll_ctl,
    libc::SYS_epoll_pwait,
    libc::SYS_eventfd2,
    libc::SYS_pipe2,
    libc::SYS_mkdirat,
    libc::SYS_unlinkat,
    libc::SYS_renameat2,
    libc::SYS_linkat,
    libc::SYS_pwrite64,
    libc::SYS_ftruncate,
    libc::SYS_fallocate,
    libc::SYS_fsync,
    libc::SYS_fdatasync,
    libc::SYS_flock,
    libc::SYS_umask,
    libc::SYS_copy_file_range,
];

#[cfg(target_arch = "x86_64")]
const OLD_NETWORK: &[i64] = &[
    libc::SYS_epoll_wait,
    libc::SYS_mkdir,
    libc::SYS_rmdir,
    libc::SYS_unlink,
    libc::SYS_rename,
    libc::SYS_renameat,
    libc::SYS_link,
];
#[cfg(not(target_arch = "x86_64"))]
const OLD_NETWORK: &[i64] = &[libc::SYS_renameat];

/// Closes every system call that a child does not need; whether that could be done.
pub(super) fn close(network: bool) -> bool {
    install(network).is_ok()
}

fn install(network: bool) -> Result<(), Box<dyn std::error::Error>> {
    let none = || SeccompAction::Errno(libc::ENOSYS as u32);
    let apply = |rules: Rules, otherwise, matched| -> Result<(), Box<dyn std::error::Error>> {
        let program: BpfProgram =
            SeccompFilter::new(rules, otherwise, matched, std::env::consts::ARCH.try_into()?)?.try_into()?;
        Ok(seccompiler::apply_filter_all_threads(&program)?)
    };
    let new_clone = Rules::from([(libc::SYS_clone3, Vec::new())]);
    // Where two filters disagree, the kernel takes the stricter.
    apply(new_clone, SeccompAction::Allow, none())?;
    apply(allowed(network)?, SeccompAction::Errno(libc::EPERM as u32), SeccompAction::Allow)
}

fn allowed(network: bool) -> Result<Rules, Box<dyn std::error::Error>> {
    let mut calls: Vec<i64> = [COMMON, OLD].concat();
    if network {
        calls.extend_from_slice(NETWORK);
        calls.extend_from_slice(OLD_NETWORK);
    }
    let mut rules: Rules = calls.into_iter().map(|call| (call, Vec::new())).collect();
    let own = u64::from(std::process::id());
    rules.extend([
        // Threads, but no processes.
        (libc::SYS_clone, vec![one(0, SeccompCmpOp::MaskedEq(THREAD), THREAD)?]),
        // To end itself, and nobody else.
        (libc::SYS_tgkill, vec![one(0, SeccompCmpOp::Eq, own)?]),
        // To give a thread its name, and to ask whether others may look in.
        (
            libc::SYS_prctl,
            [libc::PR_SET_NAME, libc::PR_GET_DUMPABLE]
                .map(|what| one(0, SeccompCmpOp::Eq, what as u64))
                .into_iter()
                .collect::<Result<_, _>>()?,
        ),
        // To ask for a limit, not to set one.
        (libc::SYS_prlimit64, vec![one(2, SeccompCmpOp::Eq, 0)?]),
        // To look at a descriptor, and to have another of it; not to say whom the kernel signals when it is ready.
        (
            libc::SYS_fcntl,
            DESCRIPTORS.map(|way| one(1, SeccompCmpOp::Eq, way as u64)).into_iter().collect::<Result<_, _>>()?,
        ),
    ]);
    if network {
        // TCP to reach the host, and UDP to look its name up. MPTCP would be neither to Landlock, which asks for ports of
        // TCP alone.
        let families = [libc::AF_INET, libc::AF_INET6];
        let kinds = [(libc::SOCK_STREAM, libc::IPPROTO_TCP), (libc::SOCK_DGRAM, libc::IPPROTO_UDP)];
        let mut sockets = Vec::new();
        for (family, (kind, protocol)) in families.into_iter().flat_map(|family| kinds.map(|kind| (family, kind))) {
            for protocol in [libc::IPPROTO_IP, protocol] {
                sockets.push(SeccompRule::new(vec![
                    condition(0, SeccompCmpOp::Eq, family as u64)?,
                    condition(1, SeccompCmpOp::MaskedEq(KIND), kind as u64)?,
                    condition(2, SeccompCmpOp::Eq, protocol as u64)?,
                ])?);
            }
        }
        rules.insert(libc::SYS_socket, sockets);
        // Connecting by the way of sending is not connecting to Landlock.
        let slow = |flags| one(flags, SeccompCmpOp::MaskedEq(libc::MSG_FASTOPEN as u64), 0);
        rules.insert(libc::SYS_sendto, vec![slow(3)?]);
        rules.insert(libc::SYS_sendmsg, vec![slow(2)?]);
        rules.insert(libc::SYS_sendmmsg, vec![slow(3)?]);
        // Two ends of one's own, which reach nobody else: what sends datagrams can name any socket with a file, and
        // Landlock asks for none of them.
        let pair = SeccompRule::new(vec![
            condition(0, SeccompCmpOp::Eq, libc::AF_UNIX as u64)?,
            condition(1, SeccompCmpOp::MaskedEq(KIND), libc::SOCK_STREAM as u64)?,
        ])?;
        rules.insert(libc::SYS_socketpair, vec![pair]);
        // Not to block, and to be closed where a program is started.
        let ways = [libc::FIONBIO, libc::FIOCLEX].map(|way| one(1, SeccompCmpOp::Eq, way));
        rules.insert(libc::SYS_ioctl, ways.into_iter().collect::<Result<_, _>>()?);
    }
    // The C library of a clone loads what looks names up.
    let executable = if network { 0 } else { libc::PROT_EXEC as u64 };
    let is_data = || condition(2, SeccompCmpOp::MaskedEq(executable), 0);
    rules.insert(libc::SYS_mprotect, vec![SeccompRule::new(vec![is_data()?])?]);
    // What is of a file, and what is not shared: what is neither counts against no limit.
    let maps = [libc::MAP_ANONYMOUS, libc::MAP_SHARED]
        .map(|flag| SeccompRule::new(vec![is_data()?, condition(3, SeccompCmpOp::MaskedEq(flag as u64), 0)?]));
    rules.insert(libc::SYS_mmap, maps.into_iter().collect::<Result<_, _>>()?);
    Ok(rules)
}

const THREAD: u64 = libc::CLONE_THREAD as u64;

/// Of the kind of a socket; the other bits say whether it blocks, and whether a program that is started has it too.
const KIND: u64 = 0xf;

/// What may be done with a descriptor.
const DESCRIPTORS: [i32; 6] =
    [libc::F_GETFD, libc::F_SETFD, libc::F_GETFL, libc::F_SETFL, libc::F_DUPFD, libc::F_DUPFD_CLOEXEC];

fn one(argument: u8, op: SeccompCmpOp, value: u64) -> Result<SeccompRule, seccompiler::BackendError> {
    SeccompRule::new(vec![condition(argument, op, value)?])
}

fn condition(argument: u8, op: SeccompCmpOp, value: u64) -> Result<SeccompCondition, seccompiler::BackendError> {
    SeccompCondition::new(argument, SeccompCmpArgLen::Qword, op, value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_reaches_another_process_is_on_the_list() {
        for network in [false, true] {
            let allowed = allowed(network).expect("rules");
            for call in [
                libc::SYS_execve,
                libc::SYS_execveat,
                libc::SYS_ptrace,
                libc::SYS_process_vm_readv,
                libc::SYS_process_vm_writev,
                libc::SYS_kill,
                libc::SYS_tkill,
                libc::SYS_pidfd_open,
                libc::SYS_pidfd_getfd,
                libc::SYS_mount,
                libc::SYS_unshare,
                libc::SYS_setns,
                libc::SYS_bpf,
                libc::SYS_io_uring_setup,
                libc::SYS_userfaultfd,
                libc::SYS_keyctl,
                libc::SYS_memfd_create,
                libc::SYS_symlinkat,
                libc::SYS_mknodat,
                libc::SYS_listen,
                libc::SYS_bind,
                libc::SYS_accept4,
                libc::SYS_setrlimit,
                libc::SYS_fchmod,
                libc::SYS_fchmodat,
                libc::SYS_fchownat,
                libc::SYS_utimensat,
            ] {
                assert!(!allowed.contains_key(&call), "{call}");
            }
            assert_eq!(allowed.contains_key(&libc::SYS_socket), network);
        }
    }

    /// Whether the kernel would let `call` through with these arguments, all others being 0.
    fn lets(network: bool, call: i64, arguments: &[(usize, u64)]) -> bool {
        let here = std::env::consts::ARCH.try_into().expect("known");
        let rules = allowed(network).expect("rules");
        let filter = SeccompFilter::new(rules, SeccompAction::Errno(1), SeccompAction::Allow, here).expect("a filter");
        let program: BpfProgram = filter.try_into().expect("compiled");
        // The call, the machine (which a filter asks for first), where it was made, and six arguments.
        let mut data = [0; 16];
        (data[0], data[1]) = (call as u32, program[1].k);
        for (at, value) in arguments {
            (data[4 + 2 * at], data[5 + 2 * at]) = (*value as u32, (value >> 32) as u32);
        }
        let (mut at, mut loaded) = (0, 0);
        loop {
            let step = &program[at];
            at += 1;
            let on = |is_so: bool| usize::from(if is_so { step.jt } else { step.jf });
            match step.code {
                0x20 => loaded = data[step.k as usize / 4],
                0x54 => loaded &= step.k,
                0x05 => at += step.k as usize,
                0x15 => at += on(loaded == step.k),
                0x25 => at += on(loaded > step.k),
                0x35 => at += on(loaded >= step.k),
                0x06 => return step.k == libc::SECCOMP_RET_ALLOW,
                other => panic!("{other:#x} is no instruction of a filter"),
            }
        }
    }

    #[test]
    fn a_descriptor_is_looked_at_and_copied_and_signals_nobody() {
        for network in [false, true] {
            for way in [libc::F_GETFD, libc::F_SETFD, libc::F_GETFL, libc::F_SETFL, libc::F_DUPFD_CLOEXEC] {
                assert!(lets(network, libc::SYS_fcntl, &[(1, way as u64)]), "{way}");
            }
            // Whom to signal, in two forms, by which signal, and on what: a lease that breaks, a folder that changes.
            for way in [libc::F_SETOWN, 15, 10, libc::F_SETLEASE, libc::F_NOTIFY] {
                assert!(!lets(network, libc::SYS_fcntl, &[(1, way as u64)]), "{way}");
            }
        }
    }

    #[test]
    fn two_ends_of_ones_own_are_a_stream_and_reach_nobody_else() {
        let pair = |network, family: i32, kind: i32| {
            lets(network, libc::SYS_socketpair, &[(0, family as u64), (1, kind as u64)])
        };
        let flags = libc::SOCK_CLOEXEC | libc::SOCK_NONBLOCK;
        for kind in [libc::SOCK_STREAM, libc::SOCK_STREAM | flags] {
            assert!(pair(true, libc::AF_UNIX, kind), "{kind:#x}");
            assert!(!pair(false, libc::AF_UNIX, kind) && !pair(true, libc::AF_TIPC, kind), "{kind:#x}");
        }
        for kind in [libc::SOCK_DGRAM, libc::SOCK_SEQPACKET, libc::SOCK_RAW, 0] {
            assert!(!pair(true, libc::AF_UNIX, kind) && !pair(true, libc::AF_UNIX, kind | flags), "{kind:#x}");
        }
    }

    #[test]
    fn who_may_look_in_is_asked_and_not_changed() {
        for network in [false, true] {
            let prctl = |what: i32| lets(network, libc::SYS_prctl, &[(0, what as u64)]);
            assert!(prctl(libc::PR_SET_NAME) && prctl(libc::PR_GET_DUMPABLE));
            for what in [libc::PR_SET_DUMPABLE, libc::PR_SET_PDEATHSIG, libc::PR_SET_MM, libc::PR_SET_PTRACER] {
                assert!(!prctl(what), "{what}");
            }
        }
    }

    #[test]
    fn memory_that_counts_against_no_limit_is_not_given() {
        let map = |network, protection: i32, flags: i32| {
            lets(network, libc::SYS_mmap, &[(2, protection as u64), (3, flags as u64)])
        };
        let data = libc::PROT_READ | libc::PROT_WRITE;
        for network in [false, true] {
            assert!(map(network, data, libc::MAP_PRIVATE | libc::MAP_ANONYMOUS));
            assert!(map(network, libc::PROT_READ, libc::MAP_SHARED));
            assert!(map(network, libc::PROT_READ, libc::MAP_PRIVATE));
            assert!(!map(network, data, libc::MAP_SHARED | libc::MAP_ANONYMOUS));
            assert!(!map(network, data, libc::MAP_SHARED_VALIDATE | libc::MAP_ANONYMOUS));
            assert_eq!(map(network, libc::PROT_EXEC, libc::MAP_PRIVATE), network);
            assert_eq!(lets(network, libc::SYS_mprotect, &[(2, libc::PROT_EXEC as u64)]), network);
        }
    }
}
