//! What every store must do, as one list. Each case gets an empty store; `stores!` makes tests of them for a database.

mod answering;
mod books;
mod finding;
mod goods;
mod keys;
mod ledger;
mod made;
mod messages;
mod orders;
mod outbox;
mod places;
mod resolving;
mod sealing;
mod staff;
mod stock;
mod telling;

use made::{NOW, attempt, attempted, order};
pub(crate) use made::{code, made};

pub use answering::*;
pub use books::*;
pub use finding::*;
pub use goods::*;
pub use keys::*;
pub use ledger::*;
pub use messages::*;
pub use orders::*;
pub use outbox::*;
pub use places::*;
pub use resolving::*;
pub use sealing::*;
pub use staff::*;
pub use stock::*;
pub use telling::*;

macro_rules! stores {
    ($open:path: $($case:ident)*) => { $(
        #[tokio::test(flavor = "multi_thread")]
        async fn $case() {
            let opened = $open().await;
            crate::conformance::$case(opened.store()).await;
        }
    )* };
}
pub(crate) use stores;

/// The list.
macro_rules! every_case {
    ($open:path) => {
        $crate::conformance::stores! { $open:
            an_order_is_read_as_it_was_written
            a_message_is_written_with_what_it_tells_of_and_once
            a_letter_is_sent_by_one_of_many
            every_order_is_rebuilt_from_its_ledger_after_every_random_history
            an_order_that_was_paid_a_moment_ago_takes_no_other_payment
            one_key_makes_one_order
            only_visible_changes_raise_seq
            a_known_key_changes_nothing_and_a_refused_change_leaves_it_unused
            an_event_counts_once_however_often_it_comes_at_once
            what_a_provider_tells_with_a_nul_in_it_is_kept
            changes_of_one_order_at_once_are_all_kept
            what_is_due_is_taken_by_one
            the_end_of_an_order_is_found
            pages_hold_every_order_once_the_newest_first
            an_order_keeps_its_place_and_the_shops_own_waits_there_until_it_is_paid
            a_place_is_made_once_and_found_by_its_name_until_it_is_closed
            orders_are_found_by_what_they_are_of_and_by_the_beginning_of_their_ids
            figures_tell_channels_apart
            refunds_are_kept_and_come_due
            keys_are_found_by_hash_until_they_are_revoked
            one_of_many_gets_a_token_and_all_use_it
            what_was_done_is_found_by_its_beginning_and_since_when_it_is_to_be_done
            whoever_follows_is_told_once_and_whoever_follows_later_is_told_then
            a_message_is_sent_by_one_of_many
            nobody_is_told_whose_details_were_erased
            a_refund_is_news_from_when_it_is_done_however_long_that_took
            a_shopper_who_follows_by_many_orders_is_one
            of_many_who_want_the_last_ones_only_so_many_get_them
            an_order_that_lacks_one_thing_takes_nothing_and_is_not_written
            an_order_that_ends_without_money_gives_back_and_late_money_sells_all_the_same
            what_an_order_took_is_free_when_its_last_code_ends_and_another_code_takes_it_again
            of_many_whose_codes_ended_only_so_many_get_another
            another_number_counts_anew_and_open_orders_keep_what_they_took
            stock_is_right_after_every_random_history
            the_shop_is_told_by_one_of_many_and_of_each_order_in_turn
            nothing_is_kept_for_a_shop_that_nobody_tells
            an_order_that_asks_is_answered_anew_and_rebuilt_from_its_ledger
            what_is_sealed_with_an_order_is_read_by_whoever_has_the_key
            a_person_is_found_looked_at_and_erased
            another_key_takes_over_a_batch_after_the_other
            links_lie_apart_and_are_shown_as_they_came
            every_movement_of_an_order_is_in_the_books_once_with_its_taxes
            money_that_was_told_wrongly_at_first_counts_as_what_it_is
            a_closed_month_takes_nothing_more_and_what_comes_later_says_of_which_day_it_is
            a_month_stands_beside_the_bills_of_its_days_and_what_one_side_lacks_is_told
            a_month_that_is_closed_while_money_comes_has_all_that_it_will_ever_have
            a_bill_that_says_the_same_again_is_told_of_once_in_whatever_words
            another_amount_of_a_refund_is_told_of_once
            of_many_who_decide_about_the_same_money_one_is_heard
            of_many_who_take_out_of_stock_only_so_many_do
            why_an_order_waits_is_told_with_the_entry_of_the_ledger_that_tells_of_it
            what_goes_back_by_itself_is_no_keys_whoever_told_of_the_money
            of_many_who_buy_licence_keys_no_two_get_the_same
            nothing_is_owed_once_all_money_is_back
            a_ticket_lets_in_one_at_one_door_and_goes_with_its_money
            a_file_is_loaded_so_often_and_what_is_left_of_it_counts_no_more
            what_a_provider_returned_otherwise_is_in_the_books_and_rebuilt_from_the_ledger
            a_pin_is_chosen_once_and_of_many_guesses_at_once_only_so_many_are_heard
            a_session_dies_with_its_key_or_in_its_time
            a_key_knows_what_it_has_sold
        }
    };
}
pub(crate) use every_case;
