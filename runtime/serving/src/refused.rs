//! Flags of upstream's that can't act here. They are refused with the reason, but for values that ask for what is done
//! anyway, as command lines of others often have them: upstream's defaults.

use clap::{Arg, ArgAction, Command};

/// A flag: its name, the values that it may have, why no others.
pub type Flag = (&'static str, &'static [&'static str], &'static str);

/// Makes a command know flags, those among the switches without a value, too: alone they mean `true`. A flag that the
/// command has already is left to it.
pub fn augment(command: Command, flags: &[Flag], switches: &[&str]) -> Command {
    flags.iter().fold(command, |command, flag| {
        let is_there = command.get_arguments().any(|known| known.get_long() == Some(flag.0));
        if is_there { command } else { command.arg(argument(*flag, switches.contains(&flag.0))) }
    })
}

fn argument((name, accepted, why): Flag, is_switch: bool) -> Arg {
    let check = move |value: &str| match accepted.contains(&value) {
        true => Ok(value.to_owned()),
        false => Err(format!("not supported: {why}")),
    };
    let argument =
        Arg::new(name).long(name).hide(true).value_name("VALUE").action(ArgAction::Append).value_parser(check);
    if is_switch {
        argument.num_args(0..=1).require_equals(true).default_missing_value("true")
    } else {
        argument.allow_hyphen_values(true)
    }
}
