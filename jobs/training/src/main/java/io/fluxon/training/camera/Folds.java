package io.fluxon.training.camera;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** Stratified folds: every class is spread evenly, by a fixed seed. */
record Folds(List<List<LabelledEvents>> parts) {

    private static final long SEED = 7;

    static Folds of(List<LabelledEvents> examples, int count, int classes) {
        List<List<LabelledEvents>> parts = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            parts.add(new ArrayList<>());
        }
        Random random = new Random(SEED);
        int next = 0;
        for (int c = 0; c < classes; c++) {
            int classIndex = c;
            List<LabelledEvents> ofClass = new ArrayList<>(
                    examples.stream().filter(e -> e.classIndex() == classIndex).toList());
            Collections.shuffle(ofClass, random);
            for (LabelledEvents example : ofClass) {
                parts.get(next++ % count).add(example);
            }
        }
        return new Folds(parts);
    }

    int count() {
        return parts.size();
    }

    List<LabelledEvents> heldOut(int fold) {
        return parts.get(fold);
    }

    List<LabelledEvents> others(int fold) {
        List<LabelledEvents> others = new ArrayList<>();
        for (int i = 0; i < parts.size(); i++) {
            if (i != fold) {
                others.addAll(parts.get(i));
            }
        }
        return others;
    }
}
