//! The conformance suite against the real programs: each is installed in a laboratory, talks to the fake model on loopback and
//! to nothing else. One list of scenarios for all; what a provider needs is its `Kit`.

mod bench;
mod conversation;
mod failures;
mod interrupts;
mod kit;
mod questions;
mod queue;
mod sessions;
mod settings;
mod tools;

use bench::{Bench, program};
use conversation::{attachment, hello, slash_command, stream, subagent, thinking, todo};
use failures::{bad_key, death, error_of_the_service};
use interrupts::{
    interrupt_a_request, interrupt_a_stream, interrupt_a_tool, interrupt_at_once, interrupt_with_a_queue,
};
use kit::{CLAUDE, OPENCODE, REASONIX};
use questions::{plan, plan_in_a_new_conversation, question};
use queue::{send_while_busy, steer, take_a_message_back};
use sessions::{clear, resume, resume_unknown};
use settings::{effort, fast_mode_and_output_style, settings};
use tools::{allow_for_good, approve, deny, nothing_printed, write_and_edit};

macro_rules! conformance {
    ($provider:ident, $kit:ident: $($scenario:ident),* $(,)?; key: $($with_key:ident),*) => {
        mod $provider {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $scenario() {
                if let Some(program) = super::program(&super::$kit) {
                    super::$scenario(&super::$kit, super::Bench::new(&super::$kit, &program, &[])).await;
                }
            })*
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $with_key() {
                if let Some(program) = super::program(&super::$kit) {
                    let arguments = ["--require-key", "another-key"];
                    super::$with_key(&super::$kit, super::Bench::new(&super::$kit, &program, &arguments)).await;
                }
            })*
        }
    };
}

conformance!(
    claude, CLAUDE: hello, stream, thinking, approve, nothing_printed, deny, allow_for_good, write_and_edit, question, todo,
    interrupt_a_stream, interrupt_at_once, interrupt_a_tool, interrupt_a_request, send_while_busy, interrupt_with_a_queue, settings, resume,
    resume_unknown, clear, error_of_the_service, death, slash_command, attachment, take_a_message_back,
    plan, plan_in_a_new_conversation, effort, fast_mode_and_output_style, steer, subagent; key: bad_key
);
conformance!(
    opencode, OPENCODE: hello, stream, thinking, approve, nothing_printed, deny, allow_for_good, write_and_edit, question, todo,
    interrupt_a_stream, interrupt_at_once, interrupt_a_tool, interrupt_a_request, send_while_busy, interrupt_with_a_queue, settings, resume,
    resume_unknown, clear, error_of_the_service, death, slash_command, attachment, take_a_message_back; key: bad_key
);
conformance!(
    reasonix, REASONIX: hello, stream, thinking, approve, nothing_printed, deny, allow_for_good, write_and_edit, question, todo,
    interrupt_a_stream, interrupt_at_once, interrupt_a_tool, interrupt_a_request, send_while_busy, interrupt_with_a_queue, settings, resume,
    resume_unknown, clear, error_of_the_service, death, slash_command, attachment, take_a_message_back; key: bad_key
);
