//! Landlock: which files may be opened, which ports connected to, and no signals or sockets to anybody outside.

use landlock::{
    ABI, Access, AccessFs, AccessNet, CompatLevel, Compatible, LandlockStatus, NetPort, RestrictionStatus, Ruleset,
    RulesetAttr, RulesetCreatedAttr, RulesetError, Scope, path_beneath_rules,
};

use super::Lock;

/// From here on every way to change a file is known to Landlock (the last was to truncate one).
pub(super) const WITH_ALL_FILES: ABI = ABI::V3;
/// From here on it knows of ports.
pub(super) const WITH_PORTS: ABI = ABI::V4;
/// What is asked for where there is more still: signals, and sockets without a file.
const ASKED: ABI = ABI::V6;

/// Closes what `lock` does not allow, as far as the kernel can; returns what it can.
pub(super) fn close(lock: &Lock) -> ABI {
    match restrict(lock) {
        Ok(RestrictionStatus { landlock: LandlockStatus::Available { effective_abi, .. }, .. }) => effective_abi,
        _ => ABI::Unsupported,
    }
}

fn restrict(lock: &Lock) -> Result<RestrictionStatus, RulesetError> {
    let reading = AccessFs::from_read(ASKED) & !AccessFs::Execute;
    let writing = AccessFs::from_all(ASKED)
        & !(AccessFs::Execute
            | AccessFs::MakeBlock
            | AccessFs::MakeChar
            | AccessFs::MakeFifo
            | AccessFs::MakeSock
            | AccessFs::MakeSym
            | AccessFs::IoctlDev);
    let mut rules = Ruleset::default()
        .set_compatibility(CompatLevel::BestEffort)
        .handle_access(AccessFs::from_all(ASKED))?
        .handle_access(AccessNet::from_all(ASKED))?
        .scope(Scope::from_all(ASKED))?
        .create()?
        .add_rules(path_beneath_rules(&lock.read, reading))?
        .add_rules(path_beneath_rules(&lock.write, writing))?;
    for port in lock.ports.iter().flatten() {
        rules = rules.add_rule(NetPort::new(*port, AccessNet::ConnectTcp))?;
    }
    rules.restrict_self()
}
