//! Accounts are made, and say which SSH keys their pods accept.

use domain::names::Name;
use domain::{AccountId, limits};

use super::tx::Tx;
use crate::command::Outcome;
use crate::event::Fact;
use crate::refusal::Refusal;
use crate::state::{Account, FundsState};

pub(super) fn create(tx: &mut Tx<'_>, name: Name, operator: bool) -> Result<Outcome, Refusal> {
    tx.operator_only()?;
    let id = AccountId::mint(&mut tx.mint);
    let account = Account {
        id,
        generation: 0,
        name,
        created_at: tx.now,
        operator,
        funds: FundsState::Ok,
        ssh_keys: Vec::new(),
    };
    tx.put_account(Fact::AccountCreated, account);
    Ok(Outcome::Account(id))
}

/// Replaces the account's public SSH keys. Pods that ask for them get them at their next start.
pub(super) fn put_ssh_keys(tx: &mut Tx<'_>, keys: Vec<String>) -> Result<Outcome, Refusal> {
    let account = tx.account()?.clone();
    if keys.len() > limits::SSH_KEYS_MAX {
        return Err(Refusal::LimitExceeded {
            what: "SSH keys",
            max: limits::SSH_KEYS_MAX,
        });
    }
    if let Some(wrong) = keys.iter().position(|it| !is_public_key(it)) {
        return Err(Refusal::SshKeyInvalid { line: wrong + 1 });
    }
    let id = account.id;
    tx.put_account(
        Fact::AccountChanged,
        Account {
            ssh_keys: keys,
            ..account
        },
    );
    Ok(Outcome::Account(id))
}

/// Kind, key and an optional comment, as a line of `authorized_keys` without options.
fn is_public_key(line: &str) -> bool {
    let mut words = line.splitn(3, [' ', '\t']);
    let kind = words.next().unwrap_or_default();
    let key = words.next().unwrap_or_default();
    let known = ["ssh-", "ecdsa-", "sk-"]
        .iter()
        .any(|it| kind.strip_prefix(it).is_some_and(|rest| !rest.is_empty()));
    line.len() <= limits::SSH_KEY_CHARS_MAX
        && known
        && !key.is_empty()
        && !kind.contains(char::is_whitespace)
        && !key.contains(char::is_whitespace)
        && !line.contains(['\n', '\r'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_public_key_is_a_line_of_kind_and_key() {
        for right in [
            "ssh-ed25519 AAAAC3Nza",
            "ecdsa-sha2-nistp256 AAAA ada@host with a comment",
            "sk-ssh-ed25519@openssh.com AAAA",
        ] {
            assert!(is_public_key(right), "{right}");
        }
        for wrong in [
            "",
            "ssh-ed25519",
            "ssh- AAAA",
            "rsa AAAA",
            "-----BEGIN OPENSSH PRIVATE KEY-----",
            "ssh-ed25519 AAAA\nssh-ed25519 BBBB",
            "ssh-ed25519  AAAA",
        ] {
            assert!(!is_public_key(wrong), "{wrong}");
        }
    }
}
