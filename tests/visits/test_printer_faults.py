"""Paper ends before, during and after; the receipt is printed once, or the resident is asked."""

from sandbox.resident import Do, Touch, Until
from tests.visits.town import TO_END, to_result

REFILL = Do("printer/refill")


def test_paper_that_is_out_before_is_said_and_the_refill_prints_by_itself(town):
    town.go(Do("printer/end_paper"), *to_result("p19"), Touch("Confirmed"))
    town.go(Until("certify/print stopped", 30), REFILL, Until("ReceiptPage", 30))
    assert [slip["complete"] for slip in town.new_slips()] == [True]
    town.go(*TO_END)


def test_paper_that_ends_in_the_middle_is_never_printed_twice(town):
    town.go(*to_result("p19"), Do("printer/end_paper", (("after_lines", 6),)), Touch("Confirmed"))
    town.go(Until("certify/print stopped", 30), REFILL)
    seen = town.stage.eyes.until(
        lambda seen: seen.is_at("ReceiptPage") or seen.is_at("certify/is it whole"), "an end", 40
    )
    if seen.is_at("certify/is it whole"):
        town.touch("Confirmed")
        town.until("ReceiptPage")
    # One slip in two pieces: the end of the old roll, the beginning of the new one.
    assert [slip["complete"] for slip in town.new_slips()] == [False, False]
    town.go(*TO_END)


def test_paper_near_its_end_still_prints(town):
    town.go(Do("printer/near_end"), *to_result("p19"), Touch("Confirmed"), Until("ReceiptPage", 30))
    assert [slip["complete"] for slip in town.new_slips()] == [True]


def test_a_resident_may_go_without_the_paper(town):
    town.go(Do("printer/cover", (("opened", True),)), *to_result("p19"), Touch("Confirmed"))
    town.go(Until("certify/print stopped", 30), Touch("Declined"), Until("RatingPage"))
    assert town.new_slips() == []


def test_a_printer_that_lost_its_power_in_the_middle_makes_the_terminal_ask(town):
    town.go(*to_result("p19"), Do("printer/end_paper", (("after_lines", 6),)), Touch("Confirmed"))
    town.go(Until("certify/print stopped", 30), Do("printer/power_cycle"), REFILL)
    town.until("certify/is it whole", 60)
    town.go(Touch("Again"), Until("ReceiptPage", 40))
    assert [slip["complete"] for slip in town.new_slips()][-1] is True


def test_without_a_printer_the_result_and_its_number_are_on_the_screen_alone(town):
    town.go(Do("printer/unplug"), *to_result("p19"))
    assert town.page().control("Confirmed") is None
    town.go(Touch("Declined"), Until("RatingPage"))


def test_a_printer_that_goes_while_it_prints_makes_the_terminal_ask(town):
    town.go(*to_result("p19"), Do("printer/off_line", (("off_line", True),)), Touch("Confirmed"))
    town.go(Until("certify/print stopped", 40), Do("printer/unplug"))
    town.go(Touch("Again"), Until("certify/no printer", 60), Do("printer/plug"))
    town.go(Do("printer/off_line", (("off_line", False),)), Until("ReceiptPage", 60))
