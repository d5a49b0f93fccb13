import peersim.config.Configuration;
import peersim.core.Control;
import peersim.core.Network;

/** Infects the first node when it is first run, ends the simulation once all nodes know, and prints how long that took, in ns, and in how many cycles. */
public class RumorWatch implements Control {
	private final int protocol;
	private long started;
	private int cycles;

	public RumorWatch(String prefix) {
		protocol = Configuration.getPid(prefix + ".protocol");
	}

	public boolean execute() {
		if (started == 0) {
			((PushPullRumor) Network.get(0).getProtocol(protocol)).since = -1;
			started = System.nanoTime();
			return false;
		}
		cycles++;
		for (int i = Network.size() - 1; i >= 0; i--) {
			if (((PushPullRumor) Network.get(i).getProtocol(protocol)).since == Integer.MAX_VALUE) return false;
		}
		System.out.println("took " + (System.nanoTime() - started) + " " + cycles);
		return true;
	}
}
