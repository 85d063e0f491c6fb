rc=1 0 ok; not ok 1 - SavedCodes.test_cancel_keeps_the_old_ones  /tmp/w/out.NYXj
