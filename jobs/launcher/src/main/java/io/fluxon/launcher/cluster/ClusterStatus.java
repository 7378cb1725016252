package io.fluxon.launcher.cluster;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;

/**
 * What of a cluster is alive.
 *
 * @param running whether every process lives, REST shows all task managers' slots and the broker answers
 * @param rest address of REST and of the web UI; null where there is no cluster
 * @param kafka address of the broker; null where there is no cluster
 * @param restAnswers whether the job manager answers
 * @param brokerAnswers whether the broker answers
 * @param slots that have registered
 * @param jobs that the job manager knows, ended ones too
 */
public record ClusterStatus(
        String directory,
        boolean running,
        String rest,
        String kafka,
        List<ProcessStatus> processes,
        @JsonProperty("rest_answers") boolean restAnswers,
        @JsonProperty("broker_answers") boolean brokerAnswers,
        @JsonProperty("task_managers") int taskManagers,
        int slots,
        @JsonProperty("free_slots") int freeSlots,
        List<JobStatus> jobs) {

    /** A process; its number is null where it has ended. */
    public record ProcessStatus(String name, Long pid, boolean alive) {}

    /** A job; its state is Flink's word, such as RUNNING. */
    public record JobStatus(String id, String name, String state) {}
}
