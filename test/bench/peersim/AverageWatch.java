import peersim.cdsim.CDState;
import peersim.config.Configuration;
import peersim.core.Control;

/** Prints how long the cycles took, in ns, from the first to the last but one. */
public class AverageWatch implements Control {
	private final int last;
	private long started;

	public AverageWatch(String prefix) {
		last = Configuration.getInt("simulation.cycles") - 1;
	}

	public boolean execute() {
		if (CDState.getCycle() == 0) started = System.nanoTime();
		if (CDState.getCycle() == last) System.out.println("took " + (System.nanoTime() - started) + " " + last);
		return false;
	}
}
