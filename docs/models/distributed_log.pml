/* The distributed log of docs/scale-out.md, checked whole by spin:
 *
 *   spin -a distributed_log.pml && cc -O2 -DSAFETY -DCOLLAPSE -o pan pan.c && ./pan
 *
 * Two writers that both believe that the docket is theirs, one topic, and a network that loses, repeats, delays and
 * reorders what they send. A writer may crash at any step and begin anew. Batches are one record long: what a batch
 * holds doesn't matter, only who wrote it and where it expects to stand.
 *
 * What is claimed, whatever the network does:
 *   - no fork: two readers never hold different batches in one place (a writer's reading is a reader's);
 *   - nothing acknowledged is lost: it is in the log of every reader that has read so far, at the place acknowledged;
 *   - nothing refused appears: a batch that was answered with ABORTED is in no reader's log, ever;
 *   - no gap: a batch never expects a later place than the one that comes next, so that one that does shows a loss.
 *
 * BUG, defined with -DBUG=n, breaks the protocol in one way, to show that the model would find it:
 *   1  a writer acknowledges when the broker has stored its batch, without reading it back
 *   2  a reader takes every batch as the next one
 *   3  a writer takes its batch for refused when it was not stored in time
 */
#ifndef BUG
#define BUG 0
#endif

#define WRITERS 2
#define BATCHES 2   /* of the first writer; the second makes one */
#define ALL 4       /* WRITERS * BATCHES; a batch's number is writer * BATCHES + count */
#ifndef TOPIC
#define TOPIC 4     /* messages that the topic holds at most */
#endif
#ifndef FLIGHT
#define FLIGHT 2    /* messages under way at most */
#endif
#define NONE 15

/* The topic: one order of messages, the same for all. */
byte topic_batch[TOPIC];
byte topic_expects[TOPIC];
byte topic_size = 0;

/* Under way: any of them may be delivered next, and stay to be delivered again. */
byte flight_batch[FLIGHT];
byte flight_expects[FLIGHT];
byte flight_size = 0;

/* What the first reader to get so far accepted at each place; every other reader must accept the same. */
byte log[TOPIC];

/* What callers were told. */
byte acknowledged_at[ALL];
bool refused[ALL];

inline judge(batch, expects, next, accepted) {
  assert(BUG != 0 || expects <= next);                   /* no gap */
  accepted = (expects == next);
  if
  :: BUG == 2 -> accepted = true
  :: else
  fi;
  if
  :: accepted ->
     assert(log[next] == NONE || log[next] == batch);   /* no fork */
     log[next] = batch;
     assert(!refused[batch]);                            /* nothing refused appears */
     assert(acknowledged_at[batch] == NONE || acknowledged_at[batch] == next)
  :: else
  fi
}

/* Chooses a message under way, and delivers it or loses it. */
proctype Network() {
  byte which;
  byte i;
  do
  :: atomic {
       flight_size > 0 ->
       select(which : 0 .. flight_size - 1);
       if
       :: topic_size < TOPIC ->          /* stored; it may be delivered once more */
          topic_batch[topic_size] = flight_batch[which];
          topic_expects[topic_size] = flight_expects[which];
          topic_size++
       :: skip ->                        /* lost, or has been delivered for the last time */
          flight_batch[which] = flight_batch[flight_size - 1];
          flight_expects[which] = flight_expects[flight_size - 1];
          flight_size--;
          flight_batch[flight_size] = 0;
          flight_expects[flight_size] = 0
       fi;
       which = 0
     }
  od
}

proctype Writer(byte me) {
  byte position = 0;    /* in the topic */
  byte next = 0;        /* place in the log */
  byte made = 0;        /* batches so far; a batch of before a crash is never made again */
  byte waiting = NONE;  /* the batch that is under way */
  byte expects = 0;
  bool accepted = false;
  do
  /* Reads the next message of the topic. */
  :: atomic {
       position < topic_size ->
       judge(topic_batch[position], topic_expects[position], next, accepted);
       if
       :: accepted && topic_batch[position] == waiting ->
          acknowledged_at[waiting] = next;
          waiting = NONE
       :: accepted && waiting != NONE && topic_batch[position] != waiting && BUG != 1 ->
          refused[waiting] = true;       /* its place is taken: ABORTED */
          waiting = NONE
       :: else
       fi;
       if
       :: accepted -> next++
       :: else
       fi;
       position++;
       accepted = false
     }
  /* Decides a batch on what it has read, and sends it. */
  :: atomic {
       waiting == NONE && made < BATCHES - me && flight_size < FLIGHT ->
       waiting = me * BATCHES + made;
       made++;
       expects = next;
       flight_batch[flight_size] = waiting;
       flight_expects[flight_size] = expects;
       flight_size++;
       if
       :: BUG == 1 -> acknowledged_at[waiting] = expects
       :: else
       fi
     }
  /* Isn't sure that it was stored, and sends it again. */
  :: atomic {
       waiting != NONE && flight_size < FLIGHT ->
       flight_batch[flight_size] = waiting;
       flight_expects[flight_size] = expects;
       flight_size++
     }
  :: atomic {
       BUG == 3 && waiting != NONE -> refused[waiting] = true; waiting = NONE
     }
  /* Crashes: forgets all, and reads from the beginning. What was under way stays under way. */
  :: atomic { position > 0 || waiting != NONE -> position = 0; next = 0; waiting = NONE; expects = 0 }
  od
}

/* Somebody who only reads, when all is over or at any other time: finds all that was acknowledged. */
proctype Auditor() {
  byte position = 0;
  byte next = 0;
  bool accepted = false;
  byte batch = 0;
  atomic {
    do
    :: position < topic_size ->
       judge(topic_batch[position], topic_expects[position], next, accepted);
       if
       :: accepted -> next++
       :: else
       fi;
       position++
    :: else -> break
    od;
    do
    :: batch < ALL ->
       assert(acknowledged_at[batch] == NONE ||
              (acknowledged_at[batch] < next && log[acknowledged_at[batch]] == batch));  /* nothing is lost */
       batch++
    :: else -> break
    od
  }
}

init {
  byte i = 0;
  atomic {
    do
    :: i < TOPIC -> log[i] = NONE; i++
    :: else -> break
    od;
    i = 0;
    do
    :: i < ALL -> acknowledged_at[i] = NONE; i++
    :: else -> break
    od;
    i = 0;
    run Network();
    run Writer(0);
    run Writer(1);
    run Auditor()
  }
}
