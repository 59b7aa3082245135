//! Flags of upstream's that can't act here. They are refused with the reason, but for values that ask for what is done
//! anyway, as command lines of others often have them: upstream's defaults.

use std::marker::PhantomData;

use clap::{Arg, ArgAction, ArgMatches, Args, Command, FromArgMatches};

/// A flag: its name, the values that it may have, why no others.
pub type Flag = (&'static str, &'static [&'static str], &'static str);

/// A component's flags that can't act.
pub trait Table {
    /// By name.
    const FLAGS: &'static [Flag];
    /// Those that need no value: alone they mean `true`.
    const SWITCHES: &'static [&'static str];
}

/// Knows a component's flags, so that they are refused in clear words or accepted without effect. A flag that the command
/// has already is left to it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Refused<T>(PhantomData<T>);

impl<T: Table> Args for Refused<T> {
    fn augment_args(command: Command) -> Command {
        T::FLAGS.iter().fold(command, |command, flag| {
            let is_there = command.get_arguments().any(|known| known.get_long() == Some(flag.0));
            if is_there { command } else { command.arg(argument(*flag, T::SWITCHES.contains(&flag.0))) }
        })
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl<T> FromArgMatches for Refused<T> {
    fn from_arg_matches(_matches: &ArgMatches) -> Result<Self, clap::Error> {
        Ok(Self(PhantomData))
    }

    fn update_from_arg_matches(&mut self, _matches: &ArgMatches) -> Result<(), clap::Error> {
        Ok(())
    }
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
